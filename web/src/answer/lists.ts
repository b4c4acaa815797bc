/** Finds the lists in an answer, whatever was asked. */

export interface AnswerList {
  /** Where it stands in the answer, such as `region.councils`. */
  name: string;
  items: readonly unknown[];
  /** What the list says about itself, where it was asked. */
  complete?: boolean;
  note?: string;
  totalCount?: number;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Fields that hold a list's rows while their parent speaks for the list; the first one present counts. */
const wrappers = ['nodes', 'rows', 'edges'] as const;

/** Every list that stands in no other list; an answer without any is one row. */
export function listsIn(data: unknown): AnswerList[] {
  if (!isObject(data)) return [];
  const lists = Object.entries(data).flatMap(([key, value]) => search(value, [key]));
  if (lists.length > 0) return lists.sort((a, b) => Number(isOfObjects(b)) - Number(isOfObjects(a)));
  const isEmpty = Object.values(data).every((value) => value === null);
  return isEmpty ? [] : [{ name: 'answer', items: [data] }];
}

function search(value: unknown, path: readonly string[]): AnswerList[] {
  const name = path.join('.');
  if (Array.isArray(value)) return [{ name, items: value }];
  if (!isObject(value)) return [];
  const wrapped = wrappedItems(value);
  const others = Object.entries(value)
    .filter(([key]) => !wrapped || !isWrapper(key))
    .flatMap(([key, child]) => search(child, [...path, key]));
  return wrapped ? [{ name, items: wrapped, ...wordsOf(value) }, ...others] : others;
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

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function edgeAsItem(edge: unknown): unknown {
  if (!isObject(edge) || !isObject(edge.node)) return edge;
  const { node, ...besides } = edge;
  return { ...node, ...besides };
}

function wordsOf({ complete, note, totalCount }: JsonObject): Partial<AnswerList> {
  return {
    ...(typeof complete === 'boolean' && { complete }),
    ...(typeof note === 'string' && { note }),
    ...(typeof totalCount === 'number' && { totalCount }),
  };
}

function isOfObjects({ items }: AnswerList): boolean {
  return items.length === 0 || items.some(isObject);
}
