/** Pages by key, and rows by id: the same for every kind of row. */
import { GraphQLError } from 'graphql';
import type { Kind, Page, PageRequest } from './contract.js';
import { all, type Database, type Row, type Value } from './database.js';

/** Part of a WHERE clause; its values stand for its question marks. */
export interface Condition {
  sql: string;
  values: Value[];
}

/** What a kind of row has to say of itself. */
export interface List<Item, Filter> {
  kind: Kind;
  table: string;
  /** The column of the instant that orders the list. */
  at: string;
  /** Holds for every row that the region gives at all. */
  visible?: string;
  conditions(filter: Filter): Condition[];
  item(row: Row): Item;
}

/** From the contract. */
const MAX_PAGES = 100;
const MAX_FIRST = 200;
const MAX_IDS = 500;
/** Gateways do not read answers of more than 4 MB, and a large row has some 5 KB. */
const ROWS_PER_ANSWER = 800;
/** The contract's query has nine: more are somebody's attempt to keep the service busy. */
const FIELDS_PER_QUERY = 20;

/** What one answer may still cost. */
export class Budget {
  private rows = ROWS_PER_ANSWER;
  private fields = FIELDS_PER_QUERY;

  spendField(): void {
    this.fields -= 1;
    if (this.fields < 0) throw new GraphQLError(`ask for at most ${FIELDS_PER_QUERY} fields of Query at once`);
  }

  /** How many rows each of some pages may have: at least one, or a page could never say that it has more. */
  share(pages: number): number {
    return Math.max(1, Math.floor(this.rows / pages));
  }

  spendRows(rows: number): void {
    this.rows = Math.max(0, this.rows - rows);
  }
}

export function pages<Item, Filter>(
  database: Database,
  list: List<Item, Filter>,
  requests: PageRequest<Filter>[],
  budget: Budget,
): Page<Item>[] {
  budget.spendField();
  if (requests.length > MAX_PAGES) throw new GraphQLError(`ask for at most ${MAX_PAGES} pages at once`);
  for (const { first } of requests) {
    if (first < 1 || first > MAX_FIRST) throw new GraphQLError(`first is 1 to ${MAX_FIRST}`);
  }
  const most = budget.share(requests.length);
  return requests.map((request) => {
    const answer = page(database, list, request, Math.min(request.first, most));
    budget.spendRows(answer.rows.length);
    return answer;
  });
}

function page<Item, Filter>(
  database: Database,
  list: List<Item, Filter>,
  request: PageRequest<Filter>,
  first: number,
): Page<Item> {
  const { where, order, values } = walk(list, request);
  // One row more than asked for tells whether there are others, without counting them.
  const found = all(database, `select * from ${list.table} ${where} ${order} limit ?`, [...values, first + 1]);
  return {
    rows: found.slice(0, first).map(list.item),
    hasMore: found.length > first,
    count: request.count ? count(database, list, request) : null,
  };
}

/** The part of a list between two keys, in walking order. */
export function walk<Item, Filter>(list: List<Item, Filter>, request: PageRequest<Filter>) {
  const [beyond, upTo, direction] = request.direction === 'ASCENDING' ? ['>', '<=', 'asc'] : ['<', '>=', 'desc'];
  const conditions = passing(list, request);
  // Both parts of a key are compared at once: an index is entered at one place and read from there.
  const bound = (comparison: string, key: { at: number; id: string }) =>
    conditions.push({ sql: `(${list.at}, id) ${comparison} (?, ?)`, values: [key.at, key.id] });
  if (request.after) bound(beyond, request.after);
  if (request.until) bound(upTo, request.until);
  return { ...joined(conditions), order: `order by ${list.at} ${direction}, id ${direction}` };
}

/** All rows that pass the filter, whatever the bounds. */
function count<Item, Filter>(database: Database, list: List<Item, Filter>, request: PageRequest<Filter>): number {
  const { where, values } = joined(passing(list, request));
  const [row] = all(database, `select count(*) as rows from ${list.table} ${where}`, values);
  return Number(row?.rows);
}

function passing<Item, Filter>(list: List<Item, Filter>, request: PageRequest<Filter>): Condition[] {
  return [...visible(list), ...(request.filter ? list.conditions(request.filter) : [])];
}

function visible<Item, Filter>(list: List<Item, Filter>): Condition[] {
  return list.visible ? [{ sql: list.visible, values: [] }] : [];
}

function joined(conditions: Condition[]) {
  const where = conditions.length > 0 ? `where ${conditions.map(({ sql }) => sql).join(' and ')}` : '';
  return { where, values: conditions.flatMap(({ values }) => values) };
}

/** The rows with these ids; what is not there is not in the map. */
export function byId<Item extends { id: string }, Filter>(
  database: Database,
  list: List<Item, Filter>,
  ids: string[],
): Map<string, Item> {
  const { where, values } = joined([...visible(list), ...among('id', ids)]);
  const rows = all(database, `select * from ${list.table} ${where}`, values);
  return new Map(rows.map(list.item).map((item) => [item.id, item]));
}

export function checkIds(ids: unknown[]): void {
  if (ids.length > MAX_IDS) throw new GraphQLError(`ask for at most ${MAX_IDS} entities at once`);
}

// The parts of filters. An absent part means everything, an empty list nothing. A list travels as one JSON value, so
// that a statement's text does not depend on its length.

export function among(column: string, list: string[] | null | undefined): Condition[] {
  return list ? [{ sql: `${column} in (select value from json_each(?))`, values: [JSON.stringify(list)] }] : [];
}

/** For a column that holds a JSON list. */
export function sharing(column: string, list: string[] | null | undefined): Condition[] {
  if (!list) return [];
  const sql = `exists (select 1 from json_each(${column}) x where x.value in (select value from json_each(?)))`;
  return [{ sql, values: [JSON.stringify(list)] }];
}

export function compared(column: string, comparison: string, value: Value | undefined): Condition[] {
  return value === null || value === undefined ? [] : [{ sql: `${column} ${comparison} ?`, values: [value] }];
}
