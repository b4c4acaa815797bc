// @ts-check
/**
 * Asks two questions in the playground of a running server, as table and as JSON, in a real browser, takes one along by
 * keyboard, has a region go missing, looks at a region's report on a phone, and goes through the playground's states and
 * by keyboard alone: `npm run browser -- URL FOLDER`. It fails on a request to another host, an error in the console, a
 * breach of the page's policy, a cookie, or anything that is not accessible. The folder gets the screenshots.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { calledWith, launch } from './chromium.mjs';
import { goByKeyboard } from './playground/keys.mjs';
import { judgeStates } from './playground/states.mjs';

const [server, folder] = calledWith('browser');

/** What is ours, which is held to more rules than WCAG's; the editors are GraphiQL's. */
const ours = ['.page-header', '.questions', '.answer-views', '.answer', '.take'];

/** @type {string[]} */
const problems = [];

/** @param {boolean} holds @param {string} claim */
function expect(holds, claim) {
  console.log(`${holds ? 'ok' : 'FAILED'}: ${claim}`);
  if (!holds) problems.push(claim);
}

/** @param {import('playwright-core').Page} page */
function watch(page) {
  const { origin } = new URL(server);
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    // Data and blob addresses stay within the page.
    if (protocol.startsWith('http') && asked !== origin) problems.push(`request to another host: ${request.url()}`);
  });
  page.on('console', (message) => {
    // A breach of the policy is reported here as an error too.
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
}

/** @param {import('playwright-core').Page} page @param {string} title @param {string} list */
async function ask(page, title, list) {
  const question = page.locator('details.question', { hasText: title });
  if ((await question.getAttribute('open')) === null) await question.locator(':scope > summary').click();
  await question.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByRole('region', { name: `Table of ${list}`, exact: true }).waitFor();
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function picture(page, name) {
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** @param {import('playwright-core').Page} page @param {string} where */
async function audit(page, where) {
  const { violations } = await ours.reduce((axe, part) => axe.include(part), new AxeBuilder({ page })).analyze();
  const found = violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(found.length === 0, `${where} is accessible ${found.join('; ')}`.trim());
}

/** Neither the page nor a part of ours needs scrolling sideways; a table does so within its frame.
 * @param {import('playwright-core').Page} page @param {string} where */
async function fits(page, where) {
  const wide = await page.evaluate((parts) => {
    const elements = [document.documentElement, ...document.querySelectorAll(parts)];
    return elements.filter((it) => it.scrollWidth > it.clientWidth).map((it) => it.className || it.localName);
  }, ours.join());
  expect(wide.length === 0, `${where} needs no scrolling sideways ${wide.join(', ')}`.trim());
}

/** Takes the question along without a mouse. @param {import('playwright-core').Page} page */
async function takeAlong(page) {
  const opener = page.getByRole('button', { name: 'Take this question along' });
  const dialog = page.getByRole('dialog', { name: 'Take this question along' });
  await page.getByRole('button', { name: 'JSON' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await dialog.waitFor();
  for (const name of ['Copy link', 'Copy as Power Query', 'Copy as Python', 'Copy as JavaScript', 'Copy as curl']) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement?.textContent);
    if (focused === 'Close') await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const text = await dialog.getByRole('textbox').inputValue();
    const isIt =
      (await dialog.getByRole('button', { name, exact: true }).evaluate((it) => it.matches(':focus'))) && text;
    expect(Boolean(isIt && text.includes(new URL(server).origin)), `${name}: by keyboard`);
  }
  expect(await dialog.getByText('Copied').first().isVisible(), 'it says that it is copied');
  await audit(page, 'what is taken along');
  await fits(page, 'what is taken along');
  await picture(page, 'take-along');
  await page.keyboard.press('Escape');
  expect(await opener.evaluate((it) => it.matches(':focus')), 'the key Escape leads back to where it was opened');
}

/** @typedef {{ data?: { offers?: object }, extensions?: { sources?: object[] } }} Answer */

/** Has the answers lack their first region from now on. @param {import('playwright-core').Page} page */
async function loseRegion(page) {
  await page.route('**/graphql', async (route) => {
    const response = await route.fetch();
    const body = /** @type {unknown} */ (await response.json());
    const answer = /** @type {Answer} */ (body);
    const [first] = answer.extensions?.sources ?? [];
    if (first && answer.data?.offers) {
      Object.assign(first, { state: 'MISSING', note: 'Kent could not be reached.' });
      Object.assign(answer.data.offers, { complete: false });
    }
    await route.fulfill({ response, json: answer });
  });
}

/** @param {import('playwright-core').Page} page */
async function walkThrough(page) {
  const response = await page.goto(new URL('/playground', server).href);
  expect(page.url().endsWith('/playground/'), '/playground leads to /playground/');
  const policy = response?.headers()['content-security-policy'] ?? '';
  expect(policy.includes("default-src 'none'"), 'the page has a content security policy');
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  expect(
    await page.getByRole('heading', { name: 'Questions' }).isVisible(),
    'the questions are open at the first visit',
  );

  await ask(page, 'Which meet-ups are coming up?', 'meetups');
  const first = await page.locator('.answer tbody tr').count();
  expect(first > 0, `the first question is answered by a table (${first} rows)`);
  const standing = page.locator('.standing');
  expect((await standing.innerText()).startsWith('Complete.'), 'it is said that the first answer is complete');
  await page.locator('.question[open] .help summary').press('Enter');
  expect(await page.locator('.question[open] .help p').isVisible(), 'it is told how to read the first answer');
  await audit(page, 'the first answer');
  await fits(page, 'the first answer');
  await picture(page, 'meetups-table');
  await page.getByRole('button', { name: 'JSON' }).click();
  await page.locator('.result-window .view-line', { hasText: '"data"' }).waitFor();
  await picture(page, 'meetups-json');
  // At its edge: the editor's column of numbers must not hang over it.
  await page.getByRole('button', { name: 'Table / CSV' }).click({ position: { x: 10, y: 10 } });

  await ask(page, 'What became of a council?', 'council');
  const successors = await page.locator('.answer tbody').innerText();
  expect(successors.includes('Somerset'), 'the second question is answered: Somerset took over from Taunton Deane');
  expect((await standing.count()) === 0, 'an answer that says nothing of itself has no strip');
  await audit(page, 'the second answer');
  await picture(page, 'successors-table');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download CSV' }).click(),
  ]);
  expect(download.suggestedFilename().endsWith('.csv'), `the table is saved as ${download.suggestedFilename()}`);
  await page.getByRole('button', { name: 'JSON' }).click();
  await page.locator('.result-window .view-line', { hasText: '"data"' }).waitFor();
  await picture(page, 'successors-json');

  await page.setViewportSize({ width: 768, height: 1024 });
  await page.goto(new URL('/playground/?question=who-belongs&region=london', server).href);
  await page.getByRole('button', { name: 'Table / CSV' }).click();
  await page.locator('.answer table').waitFor();
  await fits(page, 'the page on a tablet');
  await takeAlong(page);
  await picture(page, 'linked-question-tablet');

  await page.emulateMedia({ colorScheme: 'dark' });
  await page.reload();
  await page.locator('.answer table').waitFor();
  await audit(page, 'the dark page');
  await picture(page, 'linked-question-tablet-dark');

  await loseRegion(page);
  await page.goto(new URL('/playground/?question=offers-of-help&point=agile&region=', server).href);
  await page.getByText('Region by region').press('Enter');
  const words = await standing.innerText();
  expect(
    /^Incomplete\.\s+Kent could not be reached\. What it has is missing\./.test(words),
    'a missing region is told',
  );
  expect(words.includes('Missing: Kent'), 'and it is marked among the regions');
  await audit(page, 'the answer that lacks a region');
  await fits(page, 'the answer that lacks a region');
  await picture(page, 'missing-region-tablet-dark');
  await page.unroute('**/graphql');

  await report(page);

  expect((await page.context().cookies()).length === 0, 'no cookie is set');
}

/** What is read of a region, on a phone. @param {import('playwright-core').Page} page */
async function report(page) {
  await page.setViewportSize({ width: 320, height: 800 });
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme });
    await page.goto(new URL('/regions/london/report', server).href);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map(({ id }) => id);
    expect(found.length === 0, `a region's report is accessible (${colorScheme}) ${found.join(', ')}`.trim());
    const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(!isTooWide, 'a phone shows the report without scrolling sideways');
    await picture(page, `report-phone-${colorScheme}`);
  }
}

await mkdir(folder, { recursive: true });
const browser = await launch();
const playground = new URL('/playground/', server).href;
await visit('walk', walkThrough);
await visit('states', (page) => judgeStates(page, playground, expect));
await visit('keys', (page) => goByKeyboard(page, `${playground}?question=offers-of-help&point=agile&region=`, expect));
await browser.close();
for (const problem of new Set(problems)) console.error(problem);
console.log(problems.length === 0 ? 'the playground works' : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** As somebody who was never here. @param {string} name @param {(page: import('playwright-core').Page) => Promise<void>} look */
async function visit(name, look) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  // Generous for a small machine that compiles beside it.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  watch(page);
  const begun = performance.now();
  try {
    await look(page);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    await picture(page, `failure-${name}`);
  }
  console.log(`${name}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  await context.close();
}
