/** Each part of each filter, against the same question asked of the whole list in here. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type List, LISTS, Region, type Row } from './region.js';

let region: Region;
before(async () => {
  region = await Region.start();
});
after(() => region.stop());

const [MEETUPS, CASE_STUDIES, OFFERS, ASSESSMENTS] = LISTS;
const points = (row: Row) => row['points'] as string[];
const at = (row: Row, member: string) => Date.parse(String(row[member]));
const DAY = '2027-01-13T18:30:00Z';
const EVENING = Date.parse(DAY);

const CASES: { list: List; name: string; filter: unknown; passes: (row: Row) => boolean; matchesNone?: true }[] = [
  {
    list: MEETUPS,
    name: 'groups',
    filter: { groups: ['weald', 'weald-online'] },
    passes: (row) => row['group'] !== 'weald-coast',
  },
  {
    list: MEETUPS,
    name: 'hosts',
    filter: { hosts: ['KEN', 'MDW'] },
    passes: (row) => ['KEN', 'MDW'].includes(String(row['host'])),
  },
  {
    list: MEETUPS,
    name: 'points',
    filter: { points: ['lgdss-2016/3', 'lgdss-2016/8'] },
    passes: (row) => points(row).some((point) => ['lgdss-2016/3', 'lgdss-2016/8'].includes(point)),
  },
  { list: MEETUPS, name: 'startsFrom', filter: { startsFrom: DAY }, passes: (row) => at(row, 'startsAt') >= EVENING },
  {
    list: MEETUPS,
    name: 'startsBefore',
    filter: { startsBefore: DAY },
    passes: (row) => at(row, 'startsAt') < EVENING,
  },
  {
    list: MEETUPS,
    name: 'endsAfter',
    filter: { endsAfter: '2027-01-13T20:30:00Z' },
    passes: (row) => at(row, 'endsAt') > EVENING + 7_200_000,
  },
  {
    list: MEETUPS,
    name: 'endsBy',
    filter: { endsBy: '2027-01-13T20:30:00Z' },
    passes: (row) => at(row, 'endsAt') <= EVENING + 7_200_000,
  },
  {
    list: MEETUPS,
    name: 'attendance',
    filter: { attendance: 'HYBRID' },
    passes: (row) => row['attendance'] === 'HYBRID',
  },
  {
    list: MEETUPS,
    name: 'statuses',
    filter: { statuses: ['HELD', 'CANCELLED'] },
    passes: (row) => ['HELD', 'CANCELLED'].includes(String(row['status'])),
  },
  {
    list: MEETUPS,
    name: 'two parts',
    filter: { groups: ['weald'], statuses: ['HELD'] },
    passes: (row) => row['group'] === 'weald' && row['status'] === 'HELD',
  },
  {
    list: CASE_STUDIES,
    name: 'points',
    filter: { points: ['lgdss-2016/2'] },
    passes: (row) => points(row).includes('lgdss-2016/2'),
  },
  {
    list: CASE_STUDIES,
    name: 'councils',
    filter: { councils: ['KEN', 'HAS'] },
    passes: (row) => ['KEN', 'HAS'].includes(String(row['council'])),
  },
  {
    list: CASE_STUDIES,
    name: 'search',
    filter: { search: 'BINS  iterating' },
    passes: (row) => /iterating/i.test(String(row['title'])) && /bins/.test(String(row['title'])),
  },
  {
    list: CASE_STUDIES,
    name: 'search over title and summary',
    filter: { search: 'data calls' },
    passes: (row) => /data/i.test(String(row['title'])),
  },
  {
    list: CASE_STUDIES,
    name: 'search for what looks like an operator',
    filter: { search: 'bins" OR NOT (' },
    passes: () => false,
    matchesNone: true,
  },
  {
    list: OFFERS,
    name: 'points',
    filter: { points: ['lgdss-2016/5'] },
    passes: (row) => row['point'] === 'lgdss-2016/5' || row['point'] === null,
  },
  {
    list: OFFERS,
    name: 'kinds',
    filter: { kinds: ['HOST', 'SPEAK'] },
    passes: (row) => ['HOST', 'SPEAK'].includes(String(row['kind'])),
  },
  { list: OFFERS, name: 'councils', filter: { councils: ['KEN'] }, passes: (row) => row['council'] === 'KEN' },
  { list: OFFERS, name: 'remote', filter: { remote: true }, passes: (row) => row['remote'] === true },
  { list: OFFERS, name: 'not remote', filter: { remote: false }, passes: (row) => row['remote'] === false },
  { list: ASSESSMENTS, name: 'councils', filter: { councils: ['KEN'] }, passes: (row) => row['council'] === 'KEN' },
  {
    list: ASSESSMENTS,
    name: 'stages',
    filter: { stages: ['ALPHA', 'LIVE'] },
    passes: (row) => ['ALPHA', 'LIVE'].includes(String(row['stage'])),
  },
];

for (const { list, name, filter, passes, matchesNone } of CASES) {
  test(`the filter of ${list.list} by ${name} passes what it says, and counts it`, async () => {
    const [whole, filtered] = await region.pages(list, [
      { direction: 'ASCENDING', first: 200 },
      { direction: 'ASCENDING', first: 200, filter, count: true },
    ]);
    const expected = whole?.rows.filter(passes).map(({ id }) => id) ?? [];
    if (!matchesNone) assert.ok(expected.length > 0, 'the made-up rows must have one that passes');
    assert.ok(expected.length < Number(whole?.rows.length), 'and one that does not');
    assert.deepEqual(
      filtered?.rows.map(({ id }) => id),
      expected,
    );
    assert.equal(filtered?.count, expected.length);
  });
}

const LISTED: [List, string[]][] = [
  [MEETUPS, ['groups', 'hosts', 'points', 'statuses']],
  [CASE_STUDIES, ['points', 'councils']],
  [OFFERS, ['points', 'kinds', 'councils']],
  [ASSESSMENTS, ['councils', 'stages']],
];
for (const [list, parts] of LISTED) {
  test(`in ${list.list} an empty list passes nothing, and null everything`, async () => {
    const request = { direction: 'ASCENDING', first: 200, count: true } as const;
    const [whole] = await region.pages(list, [request]);
    for (const part of parts) {
      const [none, all] = await region.pages(list, [
        { ...request, filter: { [part]: [] } },
        { ...request, filter: { [part]: null } },
      ]);
      assert.deepEqual(none, { rows: [], hasMore: false, count: 0 }, part);
      assert.deepEqual(all, whole, part);
    }
  });
}
