/** Lays the items of a list out flat: one row each, nested fields as dotted columns. */
import { isWrapper, wrappedItems } from './lists';
import { isObject } from './object';

/** Numbers and booleans stay what they are, so that only text is ever treated as text. */
export type Cell = string | number | boolean | null;

export interface Table {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

type FlatRow = Map<string, Cell>;

/** What stands between the members of a list in one cell. */
const SEPARATOR = '; ';
/** The column of a list of plain values. */
const VALUE = 'value';

export function tableOf(items: readonly unknown[]): Table {
  const flat = items.map((item) => flatRow(item));
  const columns = withoutAbsentObjects(columnsOf(flat), flat);
  return { columns, rows: flat.map((row) => columns.map((column) => row.get(column) ?? null)) };
}

export function cellText(cell: Cell): string {
  return cell === null ? '' : String(cell);
}

/** For eyes: a share with three decimals. Whoever takes the table away gets every digit. */
export function shownText(cell: Cell): string {
  if (typeof cell !== 'number' || Number.isInteger(cell)) return cellText(cell);
  return cell.toLocaleString('en-GB', { maximumFractionDigits: 3 });
}

function flatRow(item: unknown, column = ''): FlatRow {
  const row: FlatRow = new Map();
  flatten(item, column, row);
  return row;
}

function flatten(value: unknown, column: string, row: FlatRow): void {
  if (Array.isArray(value)) {
    joinInto(value, column, row);
  } else if (isObject(value)) {
    const wrapped = wrappedItems(value);
    if (wrapped) joinInto(wrapped, column, row);
    for (const [key, child] of Object.entries(value)) {
      if (!wrapped || !isWrapper(key)) flatten(child, column ? `${column}.${key}` : key, row);
    }
  } else {
    row.set(column || VALUE, value as Cell);
  }
}

// Blanks keep their place, so that the second label still belongs to the second reference.
function joinInto(items: readonly unknown[], column: string, row: FlatRow): void {
  const members = items.map((item) => flatRow(item, column));
  for (const name of columnsOf(members)) {
    row.set(name, joined(members.map((member) => cellText(member.get(name) ?? null))));
  }
}

// Sentences follow one another as they are.
function joined(texts: readonly string[]): string {
  const areSentences = texts.length > 0 && texts.every((text) => text.endsWith('.'));
  return texts.join(areSentences ? ' ' : SEPARATOR);
}

// A column that first shows in a later row goes beside its neighbours, not to the end.
function columnsOf(rows: readonly FlatRow[]): string[] {
  const columns: string[] = [];
  for (const row of rows) {
    let place = -1;
    for (const column of row.keys()) {
      const known = columns.indexOf(column);
      if (known === -1) columns.splice(place + 1, 0, column);
      place = known === -1 ? place + 1 : known;
    }
  }
  return columns;
}

// A meet-up without a venue answers `venue: null` where others have `venue.name`: no column of its own.
function withoutAbsentObjects(columns: readonly string[], rows: readonly FlatRow[]): string[] {
  return columns.filter(
    (column) =>
      !columns.some((other) => other.startsWith(`${column}.`)) ||
      rows.some((row) => (row.get(column) ?? null) !== null),
  );
}
