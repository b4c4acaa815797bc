// @ts-check
/** The playground by keyboard alone, and at zooms of 200 % and 400 %. */

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {(holds: boolean, claim: string) => void} Expect */

/** More than the page has places to stop at. */
const MOST_STOPS = 90;

/** As many pixels as 1280 × 800 leave at a zoom of 200 %, and 1280 × 1024 at 400 %. */
const ZOOMS = [
  { zoom: 200, size: { width: 640, height: 400 } },
  { zoom: 400, size: { width: 320, height: 256 } },
];

/** @param {Page} page @param {string} address @param {Expect} expect */
export async function goByKeyboard(page, address, expect) {
  await page.setViewportSize({ width: 1280, height: 800 });
  await open(page, address);
  await goThrough(page, expect);
  await writeAndLeave(page, expect);
  await tick(page, expect);
  for (const { zoom, size } of ZOOMS) {
    await page.setViewportSize(size);
    await open(page, address);
    await zoomed(page, `a zoom of ${zoom} %`, expect);
  }
}

/** @param {Page} page @param {string} address */
async function open(page, address) {
  await page.goto(address);
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await page.locator('.answer table').waitFor();
}

/** From the top to the end, by the key Tab. @param {Page} page @param {Expect} expect */
async function goThrough(page, expect) {
  const unseen = [];
  const passed = [];
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const { name, isSeen } = await focused(page);
    if (!name) break;
    passed.push(name);
    if (!isSeen) unseen.push(name);
  }
  expect(passed.length < MOST_STOPS, `the key Tab leads out of the playground, after ${passed.length} stops`);
  expect(passed.includes('Query, an editor'), 'the key Tab leads to the query');
  expect(unseen.length === 0, `it is seen where the focus is ${unseen.join(', ')}`.trim());
}

/** What has the focus; without a name once the page is passed. @param {Page} page */
async function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    if (element === document.body) return { name: '', isSeen: false };
    const { x, y, width, height } = element.getBoundingClientRect();
    const isWithin = width > 0 && x >= 0 && x < innerWidth && y + height > 0 && y < innerHeight;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const isMarked = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    const name = element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40);
    return { name: name || element.outerHTML.slice(0, 80), isSeen: isWithin && isMarked };
  });
}

/** @param {Page} page @param {Expect} expect */
async function writeAndLeave(page, expect) {
  const frame = page.getByRole('group', { name: 'Query, an editor' });
  expect(await page.locator('#editor-keys').isVisible(), 'it is told how to get into an editor and out again');
  await frame.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Tab');
  await page.keyboard.type('# by keyboard');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  expect(await frame.evaluate((it) => it.matches(':focus')), 'the key Escape leads out of what is written');
  expect((await frame.innerText()).includes('keyboard'), 'the key Tab writes in the query');
  await page.keyboard.press('Tab');
  const { name } = await focused(page);
  expect(name.startsWith('Execute query'), 'the key Tab then leads out of the editor');
}

/** @param {Page} page @param {Expect} expect */
async function tick(page, expect) {
  await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).press('Enter');
  const field = page.getByRole('checkbox', { name: 'totalCount', exact: true });
  await field.focus();
  const was = await field.isChecked();
  await page.keyboard.press('Space');
  await page.locator(`.tick[aria-label="totalCount"]${was ? ':not(:checked)' : ':checked'}`).waitFor();
  const isThere = (await page.locator('.graphiql-query-editor .view-lines').innerText()).includes('totalCount');
  expect(isThere !== was, 'a field is ticked in the explorer by keyboard');
  expect(await field.evaluate((it) => it.matches(':focus')), 'and the focus stays there');
}

/** @param {Page} page @param {string} zoom @param {Expect} expect */
async function zoomed(page, zoom, expect) {
  const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(!isTooWide, `at ${zoom} the playground needs no scrolling sideways`);
  const table = page.locator('.answer table');
  await table.scrollIntoViewIfNeeded();
  const isSeen = await table.evaluate((it) => {
    const { x, y } = it.getBoundingClientRect();
    return it.ownerDocument.elementFromPoint(Math.max(x, 0) + 20, Math.max(y, 0) + 20)?.closest('table') === it;
  });
  expect(isSeen, `at ${zoom} the answer can be scrolled to`);
}
