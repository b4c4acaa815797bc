/** Opens the database, fills an empty one with made-up rows, and serves. */
import type { AddressInfo } from 'node:net';
import { all, open } from './database.js';
import { seed } from './seed.js';
import { server } from './server.js';

const { DATABASE = 'region.db', LISTEN = '127.0.0.1', PORT = '4001', TOKEN } = process.env;

const database = open(DATABASE);
if (all(database, 'select code from region', []).length === 0) seed(database, new Date());

const listener = server({ database, token: TOKEN });
listener.listen(Number(PORT), LISTEN, () => {
  const { port } = listener.address() as AddressInfo;
  console.log(`The region is at http://${LISTEN}:${port}/graphql`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    listener.close(() => database.close());
    // Gateways keep connections open that nothing is being asked on.
    listener.closeIdleConnections();
  });
}
