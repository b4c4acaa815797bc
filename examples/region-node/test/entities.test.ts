/** The card, and look-ups by id. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { all } from '../src/database.js';
import { LISTS, NOW, reference, Region, type Row } from './region.js';

let region: Region;
before(async () => {
  region = await Region.start();
});
after(() => region.stop());

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

test('describe is the card, with its clock and its members', async () => {
  const { data } = await region.ask({ describe: true });
  const card = data?.['describe'] as Record<string, unknown>;
  assert.equal(card['contract'], '1.0');
  assert.equal(card['code'], 'weald');
  assert.equal(card['now'], NOW.toISOString().replace('.000Z', 'Z'));
  assert.equal(card['asOf'], null);
  assert.deepEqual(card['instances'], []);
  const groups = card['groups'] as { slug: string; members: Record<string, unknown>[] }[];
  assert.deepEqual(
    groups.map(({ slug }) => slug),
    ['weald', 'weald-coast', 'weald-online'],
  );
  const member = groups[0]?.members.find(({ council }) => council === 'KEN');
  assert.deepEqual(member, { council: 'KEN', from: '2024-04-01', until: null, home: true });
});

test('every council has one home', async () => {
  const homes = all(
    region.database,
    'select council, count(*) as homes from members where is_home group by council',
    [],
  );
  assert.ok(homes.length > 0 && homes.every(({ homes }) => homes === 1));
});

const BY_ID = [
  { kind: 'Meetup', list: LISTS[0], field: 'meetupsById', variable: 'meetupIds', flag: 'withMeetupIds' },
  { kind: 'CaseStudy', list: LISTS[1], field: 'caseStudiesById', variable: 'caseStudyIds', flag: 'withCaseStudyIds' },
  { kind: 'Offer', list: LISTS[2], field: 'offersById', variable: 'offerIds', flag: 'withOfferIds' },
  {
    kind: 'ServiceAssessment',
    list: LISTS[3],
    field: 'assessmentsById',
    variable: 'assessmentIds',
    flag: 'withAssessmentIds',
  },
] as const;

for (const { kind, list, field, variable, flag } of BY_ID) {
  test(`${kind}s by id come in the order asked for, as in the list, with null where there is none`, async () => {
    const [first, second] = (await region.page(list, { direction: 'ASCENDING', first: 2 })).rows;
    assert.ok(first && second);
    const asked = [second.id, UNKNOWN, first.id.toUpperCase(), 'no id', second.id].map((id) => reference(kind, id));
    const { data, errors } = await region.entities(variable, flag, asked);
    assert.equal(errors, undefined);
    assert.deepEqual(data?.[field], [second, null, first, null, second]);
  });
}

test('what names no row harms no other', async () => {
  const { rows } = await region.page(LISTS[0], { direction: 'ASCENDING', first: 1 });
  const strange = [{ __typename: 'Council', id: UNKNOWN }, {}, 'text', { __typename: 'constructor', id: '1' }];
  const asked = [...strange, reference('Meetup', String(rows[0]?.id))];
  const { data } = await region.entities('meetupIds', 'withMeetupIds', asked);
  assert.deepEqual(
    (data?.['meetupsById'] as (Row | null)[]).map((row) => row?.id),
    [...strange.map(() => undefined), rows[0]?.id],
  );
});

test('an assessment that is not public is nowhere', async () => {
  const [hidden] = all(region.database, 'select * from assessments where not is_public', []);
  assert.ok(hidden);
  const page = await region.page(LISTS[3], { direction: 'ASCENDING', first: 200, count: true });
  assert.ok(page.rows.every(({ id }) => id !== hidden.id));
  assert.equal(page.count, page.rows.length);
  const { data } = await region.entities('assessmentIds', 'withAssessmentIds', [
    reference('ServiceAssessment', String(hidden.id)),
  ]);
  assert.deepEqual(data?.['assessmentsById'], [null]);
});

test('several questions travel in one request', async () => {
  const page = { direction: 'ASCENDING', first: 3 };
  const { data, errors } = await region.ask({
    describe: true,
    ...Object.fromEntries(
      LISTS.flatMap(({ flag, variable }) => [
        [flag, true],
        [variable, [page]],
      ]),
    ),
    ...Object.fromEntries(
      BY_ID.flatMap(({ kind, flag, variable }) => [
        [flag, true],
        [variable, [reference(kind, UNKNOWN)]],
      ]),
    ),
  });
  assert.equal(errors, undefined);
  assert.equal(Object.keys(data ?? {}).length, 9);
});
