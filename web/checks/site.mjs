// @ts-check
/**
 * Walks over the pages of a running gateway in a real browser, from the first one along its links, one page of each kind:
 * `npm run browser:site -- URL FOLDER`. It fails on a page that is not accessible (WCAG 2.2 AA) or scrolls sideways at any
 * width, in the dark or in forced colours, on HTML that is not valid, a link that leads nowhere, a request to another
 * host, an error in the console, a breach of the policy, or a cookie. The folder gets the screenshots.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { HtmlValidate } from 'html-validate';
import { calledWith, launch, RULES } from './chromium.mjs';

/** @typedef {{ colorScheme: 'light' | 'dark', forcedColors: 'none' | 'active' }} Media */

const [server, folder] = calledWith('browser:site');

/** Where the walk begins: nothing need lead to the builder's and the lists' other views. */
const BEGINNINGS = [
  '/',
  '/meetups?region=london',
  '/embed?region=london&language=cy&layout=cards',
  '/embed?region=lodnon',
  '/docs',
];

/** Pages with their own checks, and what is no page. */
const ELSEWHERE =
  /^\/(playground|graphql|feeds|calendar|export|oembed|openapi|regions\/[^/]+\/(graphql|region\.json|changes|report)|docs\/.*\.\w+$)/;

/** The most of one kind, such as of `/docs/…`, that are looked at; links are all followed. */
const MOST_OF_A_KIND = 1;

/** 320 pixels are 1,280 at a zoom of 400 %. */
const NARROW = { width: 320, height: 800 };
const TABLET = { width: 768, height: 1024 };
const WIDE = { width: 1280, height: 800 };

/** As most people see it. @type {Media} */
const PLAIN = { colorScheme: 'light', forcedColors: 'none' };

/**
 * How pages are looked at, one after the other, so that each is loaded once. No rule tells the middle width apart. In
 * forced colours all rules are judged, contrast too: the browser gives the colours that it forces, so that what is found
 * is text whose background, or whose own colour, is not forced.
 */
const LOOKS = /** @type {const} */ ([
  { name: '320', isJudged: true, size: NARROW, media: PLAIN },
  { name: '768', isJudged: false, size: TABLET, media: PLAIN },
  { name: '1280', isJudged: true, size: WIDE, media: PLAIN },
  { name: 'dark', isJudged: true, size: WIDE, media: { ...PLAIN, colorScheme: 'dark' } },
  { name: 'forced', isJudged: true, size: WIDE, media: { ...PLAIN, forcedColors: 'active' } },
]);

const validate = new HtmlValidate({
  extends: ['html-validate:standard'],
  rules: {
    // Written without regard for spaces and quotes by the template engine; neither matters to a browser.
    'no-inline-style': 'error',
    'attr-quotes': 'off',
    'no-trailing-whitespace': 'off',
    'long-title': 'off',
    'void-style': 'off',
    'doctype-style': 'off',
    // Safari takes the list from a list without marks; the role gives it back.
    'no-redundant-role': 'off',
  },
});

/** @type {Set<string>} */
const problems = new Set();
const origin = new URL(server).origin;
const browser = await launch();
await mkdir(folder, { recursive: true });

/** @type {Map<string, string[]>} */
const kinds = new Map();
const found = await walk();
const looked = [...kinds.values()].flat();
const context = await browser.newContext({ viewport: NARROW });
for (const path of looked) await visit(context, path);
if ((await context.cookies()).length > 0) problems.add('a cookie is set');
await browser.close();
for (const problem of problems) console.error(problem);
console.log(`${found} addresses, ${looked.length} pages looked at: ${problems.size} problems`);
process.exitCode = problems.size === 0 && looked.length > BEGINNINGS.length ? 0 : 1;

/** Follows all links within the gateway, and notes pages of each kind. */
async function walk() {
  const queue = [...BEGINNINGS];
  const known = new Set(queue);
  for (const path of queue) {
    const answer = await fetch(origin + path, { redirect: 'follow' });
    const isExpected = answer.ok || (path.includes('lodnon') && answer.status < 500);
    if (!isExpected) problems.add(`${path} answers ${answer.status}`);
    const isPage = (answer.headers.get('content-type') ?? '').startsWith('text/html');
    if (!isPage || ELSEWHERE.test(path)) {
      await answer.body?.cancel();
      continue;
    }
    const html = await answer.text();
    const kind = kindOf(path);
    const seen = kinds.get(kind) ?? [];
    kinds.set(kind, seen);
    // What is behind pages of a kind that was seen often enough is more of the same.
    if (seen.length >= MOST_OF_A_KIND) continue;
    seen.push(path);
    await check(path, html);
    for (const [, href = ''] of html.matchAll(/<a[^>]* href="([^"]*)"/g)) {
      const url = new URL(href.replaceAll('&amp;', '&'), origin + path);
      if (url.origin !== origin) continue;
      const next = url.pathname + url.search;
      if (!known.has(next)) {
        known.add(next);
        queue.push(next);
      }
    }
  }
  return known.size;
}

/** The kind of page that an address is of: its first part, whether more follows, and the names of its words. @param {string} path */
function kindOf(path) {
  const { pathname, searchParams } = new URL(path, origin);
  const [, first = '', ...rest] = pathname.split('/');
  return `${first}/${rest.length} ${[...searchParams.keys()].sort().join(' ')}`;
}

/** @param {string} path @param {string} html */
async function check(path, html) {
  const report = await validate.validateString(html);
  for (const { messages } of report.results) {
    for (const { ruleId, message, line, column } of messages) {
      const around = html.split('\n')[line - 1]?.slice(Math.max(0, column - 40), column + 60) ?? '';
      problems.add(`${path}: ${ruleId}: ${message} at …${around}…`);
    }
  }
}

/** @param {import('playwright-core').BrowserContext} context @param {string} path */
async function visit(context, path) {
  const page = await context.newPage();
  const isWrong = path.includes('lodnon');
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) problems.add(`${path} asks ${url.origin}`);
  });
  page.on('console', (message) => {
    const isOwn = message.text().startsWith('Failed to load resource') && isWrong;
    if (message.type() === 'error' && !isOwn) problems.add(`${path}: console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.add(`${path}: script: ${error.message}`));
  await page.goto(origin + path);
  const picture = path.replace(/[^a-z0-9]+/gi, '-').slice(0, 60);
  for (const { name, isJudged, size, media } of LOOKS) {
    await page.setViewportSize(size);
    await page.emulateMedia(media);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (tooWide > 0) problems.add(`${path} at ${name} is ${tooWide} pixels too wide`);
    if (isJudged) await judge(page, `${path} at ${name}`);
    await page.screenshot({ path: join(folder, `page${picture}-${name}.png`), fullPage: true });
  }
  await page.close();
}

/** @param {import('playwright-core').Page} page @param {string} place */
async function judge(page, place) {
  // Frames here are the gateway's own, so that no other page is needed to gather what they say.
  const judgement = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await judgement
    .options({ runOnly: { type: 'tag', values: RULES }, resultTypes: ['violations'] })
    .analyze();
  for (const { id, nodes } of violations) {
    problems.add(`${place}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  }
}
