// PostGraphile over the schema `peer` of the database in DATABASE_URL: one process, on a free
// port of the loopback interface.

import { once } from 'node:events';
import { createServer } from 'node:http';

// Read while the libraries below load.
process.env.NODE_ENV = 'production';
process.env.GRAPHILE_ENV = 'production';
const { postgraphile } = await import('postgraphile');
const { TYPES } = await import('postgraphile/@dataplan/pg');
const { makePgService } = await import('postgraphile/adaptors/pg');
const { grafserv } = await import('postgraphile/grafserv/node');
const { PostGraphileAmberPreset } = await import('postgraphile/presets/amber');
const { addPgTableCondition } = await import('postgraphile/utils');

const connectionString = process.env.DATABASE_URL;
if (!connectionString) {
  console.error('DATABASE_URL is missing: it is the address of a database, postgres://…');
  process.exit(2);
}

// Meet-ups that have not ended by an instant. Such a one cannot have begun longer ago than the
// longest meet-up lasts: both ends of the search are in an index.
const endsAfter = addPgTableCondition(
  { schemaName: 'peer', tableName: 'meetup' },
  'endsAfter',
  (build) => ({ type: build.getTypeByName('Datetime') }),
  (instant, { sql, sqlTableAlias: meetup, sqlValueWithCodec }) => {
    const second = sql`extract(epoch from ${sqlValueWithCodec(instant, TYPES.timestamptz)})::bigint`;
    const longest = sql`(select coalesce(max(seconds), 0) from public.meetup)`;
    return sql`${meetup}.last_second > ${second} and ${meetup}.first_second > ${second} - ${longest}`;
  },
);

const peer = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [endsAfter],
  pgServices: [makePgService({ connectionString, schemas: ['peer'], pubsub: false, poolConfig: { max: 8 } })],
  schema: {
    defaultBehavior: '-insert -update -delete',
    pgForbidSetofFunctionsToReturnNull: true,
  },
  grafast: { explain: false },
  grafserv: {
    graphiql: false,
    graphiqlOnGraphQLGET: false,
    websockets: false,
    watch: false,
    outputDataAsString: true,
  },
});

const server = createServer();
// A connection may rest between two measurements.
server.keepAliveTimeout = 120_000;
const service = peer.createServ(grafserv);
await service.addTo(server);
await service.ready();
process.once('SIGTERM', async () => {
  server.close();
  server.closeAllConnections();
  await peer.release();
  process.exit(0);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(`The peer is at http://127.0.0.1:${server.address().port}`);
