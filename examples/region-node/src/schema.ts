/** The contract's schema, what Apollo Federation adds to it, and who answers each field of Query. */
import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLNamedType, GraphQLScalarType, type GraphQLSchema } from 'graphql';
import { assessments } from './assessments.js';
import { card } from './card.js';
import { caseStudies } from './case-studies.js';
import type { PageRequest } from './contract.js';
import type { Database } from './database.js';
import { type Budget, byId, checkIds, type List, pages } from './lists.js';
import { meetups } from './meetups.js';
import { offers } from './offers.js';
import { DateTime, LocalDate, Uuid } from './scalars.js';

/** A composer reads this text, so it is the file as it stands. */
const SDL = readFileSync(new URL('../../contract/region.graphql', import.meta.url), 'utf8');

// By hand rather than from a library: this is all of the subgraph specification that a region needs.
const FEDERATION = `
  directive @link(url: String!, import: [String!]) repeatable on SCHEMA
  directive @key(fields: String!) repeatable on OBJECT
  scalar _Any
  union _Entity = Meetup | CaseStudy | Offer | ServiceAssessment
  type _Service { sdl: String! }
  extend type Query {
    _service: _Service!
    _entities(representations: [_Any!]!): [_Entity]!
  }
`;

export function schema(): GraphQLSchema {
  const schema = buildSchema(SDL + FEDERATION);
  for (const scalar of [DateTime, LocalDate, Uuid]) become(schema.getType(scalar.name), scalar);
  return schema;
}

/** A schema made of text has scalars that take anything; this gives one of them its rules. */
function become(type: GraphQLNamedType | undefined, rules: GraphQLScalarType): void {
  if (!(type instanceof GraphQLScalarType)) throw new Error(`contract/region.graphql has no scalar ${rules.name}`);
  type.parseValue = rules.parseValue;
  type.parseLiteral = rules.parseLiteral;
  type.serialize = rules.serialize;
}

interface Pages<Filter> {
  pages: PageRequest<Filter>[];
}

interface Context {
  budget: Budget;
}

/** The fields of Query. `clock` tells seconds since 1970. */
export function resolvers(database: Database, clock: () => number) {
  const answering =
    <Item, Filter>(list: List<Item, Filter>) =>
    (asked: Pages<Filter>, { budget }: Context) =>
      pages(database, list, asked.pages, budget);
  return {
    describe(_: unknown, { budget }: Context) {
      budget.spendField();
      return card(database, clock());
    },
    meetups: answering(meetups),
    caseStudies: answering(caseStudies),
    offers: answering(offers),
    serviceAssessments: answering(assessments),
    _service: { sdl: SDL },
    _entities(asked: { representations: unknown[] }, { budget }: Context) {
      budget.spendField();
      checkIds(asked.representations);
      return entities(database, asked.representations);
    },
  };
}

/** An entry for each representation, in their order: the row, or null. One statement for each kind. */
function entities(database: Database, representations: unknown[]) {
  const named = representations.map(reference);
  const found = <Item extends { id: string }, Filter>(list: List<Item, Filter>) => {
    const ids = named.filter(({ kind }) => kind === list.kind).map(({ id }) => id);
    return ids.length > 0 ? byId(database, list, ids) : new Map<string, Item>();
  };
  const rows: Record<string, Map<string, object>> = {
    [meetups.kind]: found(meetups),
    [caseStudies.kind]: found(caseStudies),
    [offers.kind]: found(offers),
    [assessments.kind]: found(assessments),
  };
  return named.map(({ kind, id }) => {
    const row = Object.hasOwn(rows, kind) ? rows[kind]?.get(id) : undefined;
    return row ? { __typename: kind, ...row } : null;
  });
}

/** What is no representation names no row, and harms no other. */
function reference(representation: unknown): { kind: string; id: string } {
  const { __typename: kind, id } = Object(representation) as { __typename?: unknown; id?: unknown };
  return { kind: String(kind), id: String(id).toLowerCase() };
}
