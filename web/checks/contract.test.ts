/** The contract of live regions, by the tools that their developers use: it composes by itself, and its queries fit. */
import { readFileSync } from 'node:fs';
import { composeServices } from '@theguild/federation-composition';
import { buildSchema, parse, validate } from 'graphql';
import { expect, it } from 'vitest';

const contract = read('region.graphql');

/** What every subgraph answers beside its own fields. */
const machinery = `
  directive @link(url: String!, import: [String!]) repeatable on SCHEMA
  directive @key(fields: String!) repeatable on OBJECT
  scalar _Any
  union _Entity = Meetup | CaseStudy | Offer | ServiceAssessment
  extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;

function read(name: string): string {
  return readFileSync(new URL(`../../docs/regions/${name}`, import.meta.url), 'utf8');
}

it('composes without other services', () => {
  const composition = composeServices([
    { name: 'kent', typeDefs: parse(contract), url: 'https://kent.example/graphql' },
  ]);

  expect(composition.errors ?? []).toEqual([]);
  expect(composition.supergraphSdl).toContain('join__type(graph: KENT, key: "id")');
});

it.each(['query.graphql', 'capability.graphql'])('takes what gateways ask by %s', (name) => {
  const problems = validate(buildSchema(contract + machinery), parse(read(name)));

  expect(problems).toEqual([]);
});

it('does not take a query that asks for more than there is', () => {
  const query = read('query.graphql').replace('askUrl', 'askUrl askEmail');
  const problems = validate(buildSchema(contract + machinery), parse(query));

  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('askEmail')]);
});
