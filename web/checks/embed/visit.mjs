// @ts-check
/** Visits of a council's page in a real browser, watched throughout: foreign requests, errors, cookies. */
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { RULES } from '../chromium.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** What the browser itself says of a request that fails. */
export const FAILED_REQUEST = /^Failed to load resource: /;

/** @type {string[]} */
export const problems = [];

/** @param {boolean} holds @param {string} claim */
export function expect(holds, claim) {
  console.log(`${holds ? 'ok' : 'FAILED'}: ${claim}`);
  if (!holds) problems.push(claim);
}

/**
 * What a visit needs: the browser, the two sites, how the way to the gateway behaves, and where pictures go.
 * @typedef {object} Stand
 * @property {import('playwright-core').Browser} browser
 * @property {string} folder
 * @property {string} server The gateway itself.
 * @property {string} gateway The gateway as the council's page knows it.
 * @property {string} component Its newest script.
 * @property {Awaited<ReturnType<typeof import('./sites.mjs').councilSite>>} council
 * @property {import('./sites.mjs').Way} road
 */

/**
 * Opens a page, lets `look` judge it, and closes it. `allowed` are messages in the console that belong to the case.
 * @param {Stand} stand
 * @param {string} address
 * @param {import('playwright-core').BrowserContextOptions & { allowed?: RegExp, hasClock?: boolean }} options
 * @param {(page: Page) => Promise<void>} look
 */
export async function visit(stand, address, { allowed, hasClock = false, ...options }, look) {
  const context = await stand.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  if (hasClock) await page.clock.install();
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && ![stand.gateway, stand.council.origin].includes(origin)) {
      problems.push(`request to another host: ${request.url()}`);
    }
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !allowed?.test(message.text())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
  try {
    await page.goto(address, { waitUntil: 'domcontentloaded' });
    await look(page);
    if ((await context.cookies()).length > 0) problems.push(`a cookie is set at ${address}`);
    /** @type {unknown} */
    const kept = await page.evaluate('localStorage.length + sessionStorage.length').catch(() => 0);
    if (kept !== 0) problems.push(`something is stored at ${address}`);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    await picture(stand, page, `failure-${problems.length}`);
  } finally {
    await context.close();
  }
}

/** @param {Stand} stand @param {Page} page @param {string} name */
export async function picture(stand, page, name) {
  await page.screenshot({ path: join(stand.folder, `embed-${name}.png`), fullPage: true });
}

/** A picture of it, and whether everybody can read and use it. @param {Stand} stand @param {Page} page @param {string} name */
export async function inspect(stand, page, name) {
  await picture(stand, page, name);
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const found = violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(found.length === 0, `${name}: accessible ${found.join('; ')}`.trim());
  const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(!isTooWide, `${name}: no scrolling sideways`);
}

/**
 * What the component has announced.
 * @typedef {{ name: string, address: string, state?: string, count?: number, kind?: string, code?: string }} Announcement
 */

/** What it has announced so far. @param {Page} page @returns {Promise<Announcement[]>} */
export async function heard(page) {
  return page.evaluate('heard');
}

/** Waits until something holds. @param {() => boolean | Promise<boolean>} holds @param {number} [milliseconds] */
export async function until(holds, milliseconds = 10_000) {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
