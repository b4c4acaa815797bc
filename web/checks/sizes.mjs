// @ts-check
/**
 * What a page of each kind weighs on the way, with Brotli, to a browser that has nothing yet: `npm run browser:sizes --
 * URL [--write]`. It fails where HTML, style sheets and scripts together are beyond the page's budget. With `--write`
 * the table in the README is written anew.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { launch } from './chromium.mjs';

const [server = '', option] = process.argv.slice(2);
if (!server) {
  console.error('usage: npm run browser:sizes -- http://127.0.0.1:8080 [--write]');
  process.exit(2);
}
const origin = new URL(server).origin;
const README = new URL('../README.md', import.meta.url);

/** @typedef {{ html: number, css: number, js: number, fonts: number, images: number, data: number }} Weights */

/**
 * Pages, and the most kilobytes of HTML, style sheets and scripts together: what they had with the demo when this was
 * last set, and a fifth. Rows and charts of one's own weigh more; what is guarded here is what pages bring beside.
 * @type {[string, () => string | Promise<string>, number][]}
 */
const PAGES = [
  ['start', () => '/', 15],
  ['meet-ups', () => '/meetups', 20],
  ['a meet-up', () => one('meetups'), 14],
  ['capability', () => '/trends', 24],
  ['one point', () => '/trends?point=lgdss-2016%2F1', 21],
  ['case studies', () => '/case-studies', 18],
  ['a case study', () => one('caseStudies'), 14],
  ['the standard', () => '/standards/lgdss-2016', 14],
  ['a point of it', () => '/points/lgdss-2016/3', 16],
  ['regions', () => '/regions', 14],
  ['a region', () => '/regions/london', 16],
  ['a group', () => '/groups/london', 16],
  ['a council', () => '/councils/CMD', 15],
  ['an assessment', () => one('serviceAssessments'), 14],
  ['search', () => '/search?q=agile', 17],
  ['builder', () => '/embed?region=london', 19],
  ['frame', () => '/embed/meetups?region=london', 4],
  ['a document', () => '/docs/websites', 19],
  ['playground', () => '/playground/', 1550],
];

const browser = await launch();
/** @type {string[][]} */
const rows = [];
/** @type {string[]} */
const problems = [];
for (const [name, place, budget] of PAGES) {
  const path = await place();
  const { html, css, js, fonts, images, data } = await weighed(path);
  const all = html + css + js;
  const shown = [html, css, js, fonts, images, data].map((bytes) => (bytes === 0 ? '–' : kilobytes(bytes)));
  rows.push([name, ...shown, kilobytes(all), String(budget)]);
  if (all > budget * 1000)
    problems.push(`${path} has ${kilobytes(all)} kB of HTML, styles and scripts, over ${budget}`);
}
await browser.close();

const heads = ['page', 'HTML', 'styles', 'scripts', 'fonts', 'images', 'data', 'HTML, styles, scripts', 'budget'];
const lines = [heads, ['---', ...heads.slice(1).map(() => '--:')], ...rows].map((row) => `| ${row.join(' | ')} |`);
console.log(lines.join('\n'));
if (option === '--write') await write(lines.join('\n'));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

/** A page's files, as a browser without any of them asks for them. @param {string} path @returns {Promise<Weights>} */
async function weighed(path) {
  const context = await browser.newContext();
  const page = await context.newPage();
  /** @type {import('playwright-core').Request[]} */
  const asked = [];
  context.on('requestfinished', (request) => asked.push(request));
  const answer = await page.goto(origin + path, { waitUntil: 'networkidle' });
  if (!answer?.ok()) problems.push(`${path} answers ${answer?.status() ?? 'nothing'}`);
  const weights = { html: 0, css: 0, js: 0, fonts: 0, images: 0, data: 0 };
  for (const request of asked) {
    const { responseBodySize } = await request.sizes();
    weights[kindOf(request)] += responseBodySize;
  }
  await context.close();
  return weights;
}

/** @param {import('playwright-core').Request} request @returns {keyof Weights} */
function kindOf(request) {
  // The browser asks for the page's icon by itself.
  if (request.url().includes('/icon.svg')) return 'images';
  switch (request.resourceType()) {
    case 'document':
      return 'html';
    case 'stylesheet':
      return 'css';
    case 'script':
      return 'js';
    case 'font':
      return 'fonts';
    case 'image':
      return 'images';
    default:
      return 'data';
  }
}

/** The page of one thing of this kind. @param {'meetups' | 'caseStudies' | 'serviceAssessments'} list */
async function one(list) {
  const query = `{ ${list}(first: 1) { nodes { url } } }`;
  const answer = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  /** @type {unknown} */
  const told = await answer.json();
  const { data } = /** @type {{ data: Record<string, { nodes: { url: string }[] }> }} */ (told);
  const url = data[list]?.nodes[0]?.url;
  if (!url) throw new Error(`there is none of ${list}`);
  return new URL(url).pathname;
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return bytes < 100_000 ? (bytes / 1000).toFixed(1) : Math.round(bytes / 1000).toString();
}

/** @param {string} table */
async function write(table) {
  const { format, resolveConfig } = await import('prettier');
  const text = await readFile(README, 'utf8');
  const written = text.replace(/(<!-- sizes -->\n)[^]*(<!-- \/sizes -->)/, `$1\n${table}\n\n$2`);
  const options = await resolveConfig(README);
  await writeFile(README, await format(written, { ...options, parser: 'markdown' }));
}
