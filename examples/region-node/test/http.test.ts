/** Tokens, limits and errors, and that the contract is the one of the docs. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type Answer, LISTS, QUERY, reference, Region } from './region.js';

let region: Region;
before(async () => {
  region = await Region.start();
});
after(() => region.stop());

const DESCRIBE = { query: QUERY, variables: { describe: true } };

test('a wrong token and none are refused, the right one is let in', async () => {
  const closed = await Region.start('agreed');
  try {
    for (const authorization of ['Bearer wrong', 'agreed', '']) {
      const response = await closed.post(DESCRIBE, authorization ? { authorization } : {});
      assert.equal(response.status, 401);
      assert.equal(response.headers.get('www-authenticate'), 'Bearer');
      assert.match(((await response.json()) as Answer).errors?.[0]?.message ?? '', /token/);
    }
    assert.equal((await closed.post(DESCRIBE, { authorization: 'Bearer agreed' })).status, 200);
  } finally {
    await closed.stop();
  }
});

const page = { direction: 'ASCENDING', first: 1 } as const;
const TOO_MUCH: [string, Record<string, unknown>][] = [
  ['first of 0', { withMeetups: true, meetups: [{ ...page, first: 0 }] }],
  ['first of 201', { withMeetups: true, meetups: [{ ...page, first: 201 }] }],
  ['101 pages', { withMeetups: true, meetups: Array.from({ length: 101 }, () => page) }],
  ['501 ids', { withMeetupIds: true, meetupIds: Array.from({ length: 501 }, () => reference('Meetup', 'x')) }],
  [
    'a bound without a zone',
    { withMeetups: true, meetups: [{ ...page, after: { at: '2027-01-14T18:30:00', id: '' } }] },
  ],
  ['30 February', { withMeetups: true, meetups: [{ ...page, filter: { startsFrom: '2027-02-30T00:00:00Z' } }] }],
];
for (const [name, variables] of TOO_MUCH) {
  test(`${name} is an error with status 200`, async () => {
    const response = await region.post({ query: QUERY, variables });
    assert.equal(response.status, 200);
    assert.ok(((await response.json()) as Answer).errors?.length);
  });
}

test('the most that the contract allows is answered', async () => {
  const { data, errors } = await region.ask({
    withMeetups: true,
    meetups: Array.from({ length: 100 }, () => ({ ...page, first: 200 })),
    withOfferIds: true,
    offerIds: Array.from({ length: 500 }, () => reference('Offer', 'x')),
  });
  assert.equal(errors, undefined);
  assert.equal((data?.['meetups'] as unknown[]).length, 100);
  assert.equal((data?.['offersById'] as unknown[]).length, 500);
});

test('fields without end, text without end and bodies without end are refused', async () => {
  const fields = Array.from({ length: 21 }, (_, number) => `a${number}: describe { code }`).join(' ');
  const answer = (await (await region.post({ query: `{ ${fields} }` })).json()) as Answer;
  assert.match(answer.errors?.[0]?.message ?? '', /at most 20 fields/);
  const long = (await (await region.post({ query: `{ ${'__typename '.repeat(1_000)} }` })).json()) as Answer;
  assert.match(long.errors?.[0]?.message ?? '', /1000 tokens/);
  const response = await region.post({ query: '{ __typename }', variables: { x: 'x'.repeat(1_000_001) } });
  assert.equal(response.status, 413);
});

test('other addresses and methods say where to ask', async () => {
  assert.equal((await fetch(region.url)).status, 405);
  assert.equal((await fetch(new URL('/', region.url))).status, 404);
});

test('what breaks in here is not told to the caller', async (t) => {
  t.mock.method(console, 'error', () => undefined);
  const broken = await Region.start();
  try {
    broken.database.exec('drop table meetups');
    const { errors } = await broken.ask({ [LISTS[0].flag]: true, [LISTS[0].variable]: [page] });
    assert.deepEqual(
      errors?.map(({ message }) => message),
      ['something went wrong here: try again later'],
    );
  } finally {
    await broken.stop();
  }
});

test('the service says the contract as its schema', async () => {
  const response = await region.post({ query: '{ _service { sdl } }' });
  const { data } = (await response.json()) as { data: { _service: { sdl: string } } };
  assert.equal(data._service.sdl, contract('region.graphql'));
});

for (const file of ['region.graphql', 'query.graphql']) {
  const original = new URL(`../../../../docs/regions/${file}`, import.meta.url);
  // A copy of this folder elsewhere has no docs beside it.
  test(`${file} is that of the docs`, { skip: !existsSync(original) }, () => {
    assert.equal(contract(file), readFileSync(original, 'utf8'));
  });
}

function contract(file: string): string {
  return readFileSync(new URL(`../../contract/${file}`, import.meta.url), 'utf8');
}
