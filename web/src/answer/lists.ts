/** Finds the lists in an answer, whatever was asked. */
import { isObject, type JsonObject } from './object';
import { type Source, sourcesIn } from './sources';

export interface AnswerList {
  /** Where it stands in the answer, such as `region.councils`. */
  name: string;
  items: readonly unknown[];
  /** What the list says about itself, where it was asked. */
  complete?: boolean;
  note?: string;
  totalCount?: number;
  sources?: readonly Source[];
}

/** Fields that hold a list's rows while their parent speaks for the list; the first one present counts. */
const wrappers = ['nodes', 'rows', 'edges'] as const;

/** What an answer can be shown as: its lists, and each single thing as a row of its own; the likeliest first. */
export function listsIn(data: unknown): AnswerList[] {
  if (!isObject(data)) return [];
  const found = Object.entries(data).flatMap(([name, value]) => [...thingIn(name, value), ...search(value, [name])]);
  return found.sort((a, b) => a.rank - b.rank).map(({ list }) => list);
}

/** A list speaks for the answer, then the thing itself; a thing's own small lists are its attributes. */
enum Rank {
  List,
  Thing,
  Attribute,
}

interface Found {
  list: AnswerList;
  rank: Rank;
}

function thingIn(name: string, value: unknown): Found[] {
  return isObject(value) && !wrappedItems(value) ? [{ list: { name, items: [value] }, rank: Rank.Thing }] : [];
}

function search(value: unknown, path: readonly string[]): Found[] {
  const name = path.join('.');
  if (Array.isArray(value))
    return [{ list: { name, items: value }, rank: path.length === 1 ? Rank.List : Rank.Attribute }];
  if (!isObject(value)) return [];
  const wrapped = wrappedItems(value);
  const others = Object.entries(value)
    .filter(([key]) => !wrapped || !isWrapper(key))
    .flatMap(([key, child]) => search(child, [...path, key]));
  return wrapped ? [{ list: { name, items: wrapped, ...wordsOf(value) }, rank: Rank.List }, ...others] : others;
}

/** The items of a `{ nodes }`, `{ rows }` or `{ edges { node } }`. */
export function wrappedItems(value: JsonObject): readonly unknown[] | undefined {
  const key = wrappers.find((wrapper) => Array.isArray(value[wrapper]));
  if (!key) return undefined;
  const items = value[key] as unknown[];
  return key === 'edges' ? items.map(edgeAsItem) : items;
}

export function isWrapper(key: string): boolean {
  return (wrappers as readonly string[]).includes(key);
}

function edgeAsItem(edge: unknown): unknown {
  if (!isObject(edge) || !isObject(edge.node)) return edge;
  const { node, ...besides } = edge;
  return { ...node, ...besides };
}

function wordsOf({ complete, note, totalCount, sources }: JsonObject): Partial<AnswerList> {
  const asked = sourcesIn(sources);
  return {
    ...(typeof complete === 'boolean' && { complete }),
    ...(typeof note === 'string' && { note }),
    ...(typeof totalCount === 'number' && { totalCount }),
    ...(asked.length > 0 && { sources: asked }),
  };
}
