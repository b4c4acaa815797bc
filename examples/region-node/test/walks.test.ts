/** What a page must keep, for each list and both directions. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { meetups } from '../src/meetups.js';
import { assessments } from '../src/assessments.js';
import { caseStudies } from '../src/case-studies.js';
import { offers } from '../src/offers.js';
import { walk } from '../src/lists.js';
import { all } from '../src/database.js';
import type { Direction } from '../src/contract.js';
import { chance, key, type Key, type List, LISTS, Region, type Row } from './region.js';

const DIRECTIONS: Direction[] = ['ASCENDING', 'DESCENDING'];
let region: Region;
before(async () => {
  region = await Region.start();
});
after(() => region.stop());

const compare = (a: Key, b: Key) => Date.parse(a.at) - Date.parse(b.at) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** The rows of a list in walking order, sorted here and not by the service. */
async function whole(list: List, direction: Direction): Promise<Row[]> {
  const { rows, hasMore } = await region.page(list, { direction: 'ASCENDING', first: 200 });
  assert.equal(hasMore, false);
  rows.sort((a, b) => compare(key(list, a), key(list, b)));
  return direction === 'ASCENDING' ? rows : rows.reverse();
}

const ids = (rows: Row[]) => rows.map(({ id }) => id);

for (const list of LISTS) {
  for (const direction of DIRECTIONS) {
    test(`a walk over ${list.list}, ${direction}, has every row between its bounds once, in order`, async () => {
      const rows = await whole(list, direction);
      const any = chance(rows.length);
      for (let walks = 0; walks < 12; walks += 1) {
        // -1 and the list's length stand for no bound.
        const start = any(rows.length + 1) - 1;
        const end = start + any(rows.length + 1 - start);
        const bound = (at: number) => (rows[at] ? key(list, rows[at]) : undefined);
        const until = bound(end);
        let from = bound(start);
        const found: Row[] = [];
        for (;;) {
          const first = 1 + any(9);
          const page = await region.page(list, {
            direction,
            first,
            ...(from && { after: from }),
            ...(until && { until }),
          });
          assert.ok(page.rows.length <= first);
          found.push(...page.rows);
          const last = page.rows.at(-1);
          if (!page.hasMore || !last) break;
          from = key(list, last);
        }
        assert.deepEqual(ids(found), ids(rows.slice(start + 1, end < 0 ? undefined : end + 1)));
      }
    });
  }

  test(`the count of ${list.list} is of all rows, whatever the bounds, and only where asked for`, async () => {
    const rows = await whole(list, 'ASCENDING');
    const [third] = rows.slice(2);
    assert.ok(third);
    const request = { direction: 'ASCENDING', first: 1, after: key(list, third) } as const;
    const [counted, plain] = await region.pages(list, [{ ...request, count: true }, request]);
    assert.equal(counted?.count, rows.length);
    assert.equal(plain?.count, null);
  });
}

test('rows of one instant are told apart by id', async () => {
  const rows = await whole(LISTS[0], 'ASCENDING');
  const instants = new Set(rows.map((row) => row['startsAt']));
  assert.ok(instants.size < rows.length, 'the made-up rows must have such');
});

test('pages come in the order of their requests', async () => {
  const [down, up] = await region.pages(LISTS[0], [
    { direction: 'DESCENDING', first: 1 },
    { direction: 'ASCENDING', first: 1 },
  ]);
  const rows = await whole(LISTS[0], 'ASCENDING');
  assert.deepEqual([down?.rows[0]?.id, up?.rows[0]?.id], [rows.at(-1)?.id, rows[0]?.id]);
});

test('a bound in another zone and in capitals is the same bound', async () => {
  const [first, second] = await whole(LISTS[0], 'ASCENDING');
  assert.ok(first && second);
  const at = new Date(Date.parse(String(first['startsAt'])) + 3_600_000).toISOString().replace('.000Z', '+01:00');
  const bound = { at, id: first.id.toUpperCase() };
  const page = await region.page(LISTS[0], { direction: 'ASCENDING', first: 1, after: bound });
  assert.equal(page.rows[0]?.id, second.id);
});

test('many large pages are cut short, and lead to every row all the same', async () => {
  const request = { direction: 'ASCENDING', first: 200 } as const;
  const many = await region.pages(
    LISTS[0],
    Array.from({ length: 100 }, () => request),
  );
  const total = many.reduce((sum, { rows }) => sum + rows.length, 0);
  assert.ok(total <= 800);
  for (const { rows, hasMore } of many) assert.ok(rows.length > 0 && hasMore);
});

test('each list is read from its index, both ways, without sorting', () => {
  const key = { at: 1, id: 'x' };
  for (const direction of DIRECTIONS) {
    const request = { direction, first: 10, count: false, after: key, until: key };
    const walks = [
      { table: 'meetups', ...walk(meetups, request) },
      { table: 'case_studies', ...walk(caseStudies, request) },
      { table: 'offers', ...walk(offers, request) },
      { table: 'assessments', ...walk(assessments, request) },
    ];
    for (const { table, where, order, values } of walks) {
      const sql = `explain query plan select * from ${table} ${where} ${order} limit 10`;
      const plan = all(region.database, sql, values)
        .map(({ detail }) => String(detail))
        .join('; ');
      assert.match(plan, new RegExp(`^SEARCH ${table} USING INDEX ${table}_in_order \\(`));
      assert.doesNotMatch(plan, /TEMP B-TREE/);
    }
  }
});
