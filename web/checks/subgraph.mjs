// @ts-check
/**
 * Composes a running server with two small services that extend its councils, puts a router in front of the three, and
 * asks what crosses them: `npm run subgraph -- URL`.
 */
import assert from 'node:assert/strict';
import { subscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { buildSchema, graphql, parse } from 'graphql';

const url = process.argv[2] ?? '';
if (!url) {
  console.error('usage: npm run subgraph -- http://127.0.0.1:8080/graphql');
  process.exit(2);
}

/** An answer that has not come by then never will. */
const PATIENCE_MS = 20_000;

/** @typedef {Partial<Record<string, number>>} Counts */
/** @typedef {{ name: string, typeDefs: string, root: Record<string, unknown> }} Service */
/** @typedef {{ representations: { code?: string, gssCode?: string }[] }} Asked */
/** @typedef {{ code: string, gssCode: string, name: string, population?: number, hectares?: number }} Council */
/** @typedef {{ id: string, host: Council | null }} Meetup */
/**
 * What is asked in here; an answer holds some of it.
 *
 * @typedef {{
 *   _service: { sdl: string },
 *   council: Council,
 *   councils: { nodes: Council[] },
 *   meetups: { nodes: Meetup[] },
 *   counted: Council[],
 *   surveyed: Council[],
 *   lost: Council | null,
 * }} Data
 */

/** People by the register's code. @type {Counts} */
const people = { CMD: 210_100, HCK: 259_200, HRY: 264_200 };
/** Hectares by GSS code. @type {Counts} */
const hectares = { E09000007: 2_179, E09000012: 1_905 };
/** Borne by no council. */
const nobody = 'NIX';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])';

/** Knows councils by code. @type {Service} */
const census = {
  name: 'census',
  typeDefs: `${link}
    type Query { counted: [Council]! lost: Council }
    type Council @key(fields: "code") { code: String! population: Int }`,
  root: {
    counted: Object.keys(people).map(counted),
    lost: counted(nobody),
    _entities: (/** @type {Asked} */ { representations }) => representations.map(({ code = '' }) => counted(code)),
  },
};

/** Knows councils by GSS code. @type {Service} */
const survey = {
  name: 'survey',
  typeDefs: `${link}
    type Query { surveyed: [Council]! }
    type Council @key(fields: "gssCode") { gssCode: String hectares: Int }`,
  root: {
    surveyed: Object.keys(hectares).map(surveyed),
    _entities: (/** @type {Asked} */ { representations }) =>
      representations.map(({ gssCode = '' }) => surveyed(gssCode)),
  },
};

/** @param {string} code */
function counted(code) {
  return { __typename: 'Council', code, population: people[code] ?? null };
}

/** @param {string} gssCode */
function surveyed(gssCode) {
  return { __typename: 'Council', gssCode, hectares: hectares[gssCode] ?? null };
}

/** What every subgraph answers beside its own fields. */
const machinery = `
  directive @link(url: String!, import: [String!]) repeatable on SCHEMA
  directive @key(fields: String!) repeatable on OBJECT
  scalar _Any
  union _Entity = Council
  extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;

/** @type {import('node:http').Server[]} */
const servers = [];

/**
 * Serves on this machine alone, on a free port.
 *
 * @param {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => unknown} listener
 */
async function serve(listener) {
  const server = createServer((request, response) => void listener(request, response));
  servers.push(server);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  return `http://127.0.0.1:${address.port}/graphql`;
}

/** @param {Service} service */
function serveSubgraph({ typeDefs, root }) {
  const schema = buildSchema(typeDefs + machinery);
  return serve(async (request, response) => {
    const { query, variables } = /** @type {{ query: string, variables?: Record<string, unknown> }} */ (
      await json(request)
    );
    const result = await graphql({ schema, source: query, variableValues: variables, rootValue: root });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
  });
}

/** @param {string} address @param {string} query @returns {Promise<{ data: Data, errors?: unknown }>} */
async function ask(address, query) {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  /** @type {unknown} */
  const answer = await response.json();
  return /** @type {{ data: Data, errors?: unknown }} */ (answer);
}

/** Asks, and takes nothing but data for an answer. @param {string} address @param {string} query */
async function dataOf(address, query) {
  const { data, errors } = await ask(address, query);
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

/** One graph of the running server and the other services. */
async function composed() {
  const { _service } = await dataOf(url, '{ _service { sdl } }');
  const services = [{ name: 'folkmoot', url, typeDefs: parse(_service.sdl) }];
  for (const service of [census, survey]) {
    const address = await serveSubgraph(service);
    services.push({ name: service.name, url: address, typeDefs: parse(service.typeDefs) });
  }
  const composition = composeServices(services);
  assert(!compositionHasErrors(composition), composition.errors?.map(({ message }) => message).join('\n'));
  return composition.supergraphSdl;
}

/** Where the services are; whatever else anything here turns to is told. */
const known = new Set(['127.0.0.1', '::1', new URL(url).hostname]);
/** @type {Set<string>} */
const strangers = new Set();
subscribe('net.client.socket', (message) => {
  const { socket } = /** @type {{ socket: import('node:net').Socket }} */ (message);
  socket.once('lookup', (_error, address, _family, host) => {
    if (known.has(host)) known.add(address);
    else strangers.add(host);
  });
  socket.once('connect', () => {
    if (!known.has(socket.remoteAddress ?? '')) strangers.add(String(socket.remoteAddress));
  });
});

const meetups = 'meetups(when: ALL, first: 2) { nodes { title startsAt group { name } } complete }';

/** What is asked through the router, and what must come back. @type {Record<string, (router: string) => Promise<void>>} */
const claims = {
  'a list of councils has what two others know of them': async (router) => {
    const list = (/** @type {string} */ more) =>
      `{ councils(region: "london", first: 100) { nodes { code gssCode name ${more} } } }`;
    const own = await dataOf(url, list(''));
    const { councils } = await dataOf(router, list('population hectares'));
    const wanted = own.councils.nodes.map((one) => ({
      ...one,
      population: people[one.code] ?? null,
      hectares: hectares[one.gssCode] ?? null,
    }));
    assert.deepEqual(councils.nodes, wanted);
    assert(wanted.some((one) => one.population && one.hectares));
  },
  'what another names by code has its fields and meet-ups here': async (router) => {
    const { counted } = await dataOf(router, `{ counted { code population name region { name } ${meetups} } }`);
    assert.deepEqual(counted, await here(people, (code) => ({ population: people[code] ?? 0 })));
  },
  'what another names by GSS code has its fields and meet-ups here': async (router) => {
    const { surveyed } = await dataOf(router, `{ surveyed { code hectares name region { name } ${meetups} } }`);
    assert.deepEqual(surveyed, await here(hectares, (code) => ({ hectares: hectares[code] ?? 0 })));
  },
  'from another to meet-ups here, and from their hosts back': async (router) => {
    const query = (/** @type {string} */ more) =>
      `{ meetups(when: ALL, region: "london", first: 20) { nodes { id host { code ${more} } } } }`;
    const own = await dataOf(url, query(''));
    const { meetups } = await dataOf(router, query('population'));
    const wanted = own.meetups.nodes.map(({ id, host }) => ({
      id,
      host: host && { ...host, population: people[host.code] ?? null },
    }));
    assert.deepEqual(meetups.nodes, wanted);
    assert(wanted.some((one) => one.host));
  },
  'a council that is not there is null': async (router) => {
    const { data } = await ask(router, '{ lost { population name } counted { name } }');
    assert.equal(data.lost, null);
    assert(data.counted.every((one) => one.name));
  },
};

/** Councils as the running server tells them itself. @param {Counts} known @param {(code: string) => Partial<Council>} more */
async function here(known, more) {
  const found = Object.keys(known).map(async (code) => {
    const fields = `code name region { name } ${meetups}`;
    const { council } = await dataOf(url, `{ council(ref: "${code}") { ${fields} } }`);
    return { ...council, ...more(code) };
  });
  return Promise.all(found);
}

let failed = 0;
try {
  // Nothing is reported to anybody: neither usage nor traces are set up.
  const router = createGatewayRuntime({
    supergraph: await composed(),
    unifiedGraphHandler,
    logging: 'error',
    graphiql: false,
    landingPage: false,
  });
  const address = await serve(router);
  for (const [claim, check] of Object.entries(claims)) {
    const problem = await check(address).then(() => null, String);
    console.log(`${problem === null ? 'ok' : 'FAILED'}: ${claim}`);
    if (problem !== null) console.error(problem);
    failed += problem === null ? 0 : 1;
  }
  await router.dispose();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  failed += 1;
}
for (const server of servers) {
  server.closeAllConnections();
  server.close();
}
for (const stranger of strangers) {
  console.error(`asked another machine: ${stranger}`);
  failed += 1;
}
console.log(failed === 0 ? 'the graph answers as one' : `${failed} problems`);
process.exitCode = failed === 0 ? 0 : 1;
