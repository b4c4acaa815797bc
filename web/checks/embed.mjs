// @ts-check
/**
 * Puts the component, and the list in a frame, on a council's page, as another site under a strict policy, in a real browser, in front of a running
 * gateway that is well, slow, broken or away: `npm run browser:embed -- URL FOLDER [PROGRAM]`. With the path of the
 * program it runs a second gateway, in front of real regions that are well, hang or never answer. It fails on a request
 * to another host, an error in the console, a breach of the policy, a cookie, or something that is not accessible (WCAG
 * 2.2 AA). The folder gets the screenshots.
 */
import { mkdir } from 'node:fs/promises';
import { calledWith, launch } from './chromium.mjs';
import { failures } from './embed/failures.mjs';
import { frames } from './embed/frames.mjs';
import { hostile } from './embed/hostile.mjs';
import { lists } from './embed/lists.mjs';
import { loading } from './embed/loading.mjs';
import { regions } from './embed/regions.mjs';
import { councilSite, gatewayBehind, way } from './embed/sites.mjs';
import { problems } from './embed/visit.mjs';

const [server, folder, program] = calledWith('browser:embed');

await mkdir(folder, { recursive: true });
const road = way();
const gateway = await gatewayBehind(server, road);
const component = await (await fetch(new URL('/embed/meetups.js', server))).text();
const council = await councilSite(gateway.origin, component);
const browser = await launch();
const stand = { browser, folder, server, gateway: gateway.origin, component, council, road };
/** @type {Awaited<ReturnType<typeof regions>> | undefined} */
let real;
try {
  if (program) real = await regions(stand, program);
  else console.log('left out: real regions, which need the path of the program');
  for (const part of [lists, loading, failures, hostile, frames]) {
    await part(stand);
    Object.assign(road, way());
  }
  await real?.later();
} catch (error) {
  problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  await browser.close();
  await real?.close();
  gateway.close();
  council.close();
}
for (const problem of new Set(problems)) console.error(problem);
console.log(problems.length === 0 ? 'the component works' : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
