// @ts-check
/** Audits a running server against the GraphQL over HTTP specification: `npm run audit:http -- URL`. */
import { serverAudits } from 'graphql-http';

const url = process.argv[2];
if (!url) {
  console.error('usage: npm run audit:http -- http://127.0.0.1:8080/graphql');
  process.exit(2);
}

/** A server that does not answer by then has failed the audit. */
const PATIENCE_MS = 10_000;

const audits = serverAudits({
  url,
  fetchFn: (/** @type {string} */ address, /** @type {RequestInit} */ init) =>
    fetch(address, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) }),
});
let passed = 0;
for (const { id, name, fn } of audits) {
  const problem = await problemOf(fn);
  if (problem) console.log(`${id} ${name}: ${problem}`);
  else passed += 1;
}
console.log(`${passed} of ${audits.length}`);
process.exitCode = passed === audits.length ? 0 : 1;

/** @param {import('graphql-http').Audit['fn']} audit */
async function problemOf(audit) {
  try {
    const result = await audit();
    return result.status === 'ok' ? null : `${result.status}, ${result.reason}`;
  } catch (error) {
    // Such as a connection that the server closed.
    return error instanceof Error ? error.message : String(error);
  }
}
