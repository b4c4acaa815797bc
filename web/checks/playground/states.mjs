// @ts-check
/**
 * Brings the playground into each of the states that people see it in, and judges all of it, what is GraphiQL's too, at
 * two widths, in light and dark. Nothing is left out and no rule is switched off.
 */
import axe from 'axe-core';
import { RULES } from '../chromium.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {(holds: boolean, claim: string) => void} Expect */

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 820, height: 1180 };

/** One after the other, so that each differs from the last by one thing. */
const LOOKS = /** @type {const} */ ([
  { size: WIDE, colorScheme: 'light' },
  { size: WIDE, colorScheme: 'dark' },
  { size: NARROW, colorScheme: 'dark' },
  { size: NARROW, colorScheme: 'light' },
]);

/** How the page gets from each state to the next. @type {Record<string, (page: Page) => Promise<void>>} */
const STATES = {
  'just opened': async (page) => {
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  },
  'with an answer, its regions and its help': async (page) => {
    await page.locator('.question[open] select').selectOption('');
    await button(page, 'Ask').click();
    await page.getByText('Region by region').click();
    await page.locator('.question[open] .help summary').click();
    await page.locator('.question[open] .help p').waitFor();
  },
  'with an answer as JSON': async (page) => {
    await button(page, 'JSON').click();
    await page.locator('.result-window .view-line', { hasText: '"data"' }).waitFor();
  },
  'with an answer that failed': async (page) => {
    await button(page, 'Table / CSV').click();
    const answer = { errors: [{ message: 'Nothing could be had.' }] };
    await page.route('**/graphql', (route) => route.fulfill({ json: answer }), { times: 1 });
    await button(page, 'Ask').click();
    await page.locator('.answer [role="alert"]').waitFor();
  },
  'with a question to take along': async (page) => {
    await button(page, 'Take this question along').click();
    await button(page, 'Copy as curl').click();
    await page.locator('.take textarea').waitFor();
  },
  'where a token is set': async (page) => {
    await page.keyboard.press('Escape');
    await page.locator('.token summary').click();
    await page.locator('#token').waitFor();
  },
  'with the documentation': async (page) => {
    await page.locator('.token summary').click();
    await button(page, 'Show Documentation Explorer').click();
    await page.locator('.graphiql-doc-explorer-content a').first().waitFor();
  },
  'with the documentation of a type': async (page) => {
    await page.locator('.graphiql-doc-explorer-content').getByRole('link', { name: 'Query', exact: true }).click();
    await page.locator('.graphiql-doc-explorer-back').waitFor();
  },
  'with a search of the documentation': async (page) => {
    await page.getByRole('combobox', { name: 'Search the documentation' }).fill('meet');
    await page.getByRole('option', { name: 'meetups' }).first().waitFor();
  },
  'with the documentation of a field': async (page) => {
    await page.getByRole('option', { name: 'meetups' }).first().click();
    await page.locator('.graphiql-doc-explorer-title', { hasText: 'meetups' }).waitFor();
  },
  'with the explorer': async (page) => {
    await button(page, 'Show GraphiQL Explorer').click();
    // An argument that takes one of a few, and one that takes a number.
    await page.locator('[data-arg-name="when"] select').waitFor();
    await page.locator('[data-arg-name="first"] input[type="text"]').waitFor();
  },
  'with the history': async (page) => {
    await button(page, 'Show History').click();
    await page.getByRole('button', { name: 'Add favorite: UpcomingMeetups' }).first().click();
    await page.getByRole('button', { name: 'Remove favorite: UpcomingMeetups' }).waitFor();
  },
  'with an entry of the history to be named': async (page) => {
    await page.getByRole('button', { name: 'Edit label: UpcomingMeetups' }).first().click();
    await page.getByRole('textbox', { name: 'Label' }).waitFor();
  },
  'with the variables, and no panel': async (page) => {
    await button(page, 'Hide History').click();
    await button(page, 'Variables').click();
    await page.locator('.graphiql-editor-tool .view-line', { hasText: 'region' }).waitFor();
  },
  'with two tabs, and suggestions of what to write': async (page) => {
    await button(page, 'Hide editor tools').click();
    await button(page, 'New tab').click();
    await button(page, 'Close <untitled>').waitFor();
    await page.locator('.graphiql-query-editor .view-lines').click();
    await page.keyboard.type('{ mee');
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget.visible .monaco-list-row').first().waitFor();
  },
  'with a search within the query': async (page) => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+f');
    await page.locator('.find-widget.visible').waitFor();
  },
  'with commands for the query': async (page) => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget .monaco-list-row').first().waitFor();
  },
  'with its settings': async (page) => {
    await page.keyboard.press('Escape');
    await button(page, 'Open settings dialog').click();
    await page.getByRole('dialog', { name: 'Settings' }).waitFor();
  },
  'with its short keys': async (page) => {
    await page.keyboard.press('Escape');
    await button(page, 'Open short keys dialog').click();
    await page.getByRole('dialog', { name: 'Short Keys' }).waitFor();
  },
};

/** @param {Page} page @param {string} address @param {Expect} expect */
export async function judgeStates(page, address, expect) {
  await page.goto(address);
  // Once: to bring it along at each judgement, as the builder does, takes three times as long.
  await page.evaluate(axe.source);
  for (const [state, reach] of Object.entries(STATES)) {
    await reach(page);
    const found = [];
    for (const look of LOOKS) found.push(...(await judge(page, look)));
    expect(found.length === 0, `nothing is found in the playground ${state} ${[...new Set(found)].join('; ')}`.trim());
  }
}

/** @param {Page} page @param {(typeof LOOKS)[number]} look */
async function judge(page, { size, colorScheme }) {
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme });
  await page
    .locator(`.monaco-editor.${colorScheme === 'dark' ? 'vs-dark' : 'vs'}`)
    .first()
    .waitFor({ state: 'attached' });
  // Until what slides or fades in is where it stays.
  await page.evaluate(() => {
    const brief = document.getAnimations().filter((it) => it.effect?.getComputedTiming().iterations !== Infinity);
    return Promise.allSettled(brief.map((it) => it.finished)).then(() => undefined);
  });
  const found = await page.evaluate(async (rules) => {
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} at ${target.join(' ')}`));
  }, RULES);
  return found.map((it) => `${it} (${size.width}, ${colorScheme})`);
}

/** @param {Page} page @param {string} name */
function button(page, name) {
  return page.getByRole('button', { name, exact: true });
}
