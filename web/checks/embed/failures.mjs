// @ts-check
/** Gateways that are away or break off, lists that are wrongly set up, and lists that cannot be renewed. */
import { fallback, items, meetups } from './lists.mjs';
import { expect, FAILED_REQUEST, heard, inspect, until, visit } from './visit.mjs';

/** @typedef {import('./visit.mjs').Stand} Stand */

const UNAVAILABLE = 'Meet-ups cannot be shown just now';
const OUTDATED = 'This list could not be updated just now';

/** @param {Stand} stand */
export async function failures(stand) {
  await allAway(stand);
  await down(stand);
  await pressed(stand);
  await brokenOff(stand);
  await wronglySetUp(stand);
  await lastGood(stand);
}

/** @param {Stand} stand */
async function allAway(stand) {
  // Nothing listens on the discard port, and the policy of the page does not even allow it.
  const script = '<script type="module" src="http://127.0.0.1:9/embed/meetups.js"></script>';
  const page = stand.council.page(meetups('region="london"'), { script });
  await visit({ ...stand, gateway: 'http://127.0.0.1:9' }, page, { allowed: /127\.0\.0\.1:9/ }, async (page) => {
    expect(await fallback(page).isVisible(), 'without the script it is the link');
  });
}

/** @param {Stand} stand */
async function down(stand) {
  const { road } = stand;
  const page = stand.council.page(meetups('region="london" limit="3"'));
  road.list = 'down';
  await visit(stand, page, { allowed: FAILED_REQUEST }, async (page) => {
    await page.getByText(UNAVAILABLE).waitFor();
    expect(await fallback(page).isVisible(), 'a gateway that is down leaves the link');
    const [event] = await heard(page);
    expect(event?.name === 'folkmoot-failed' && event.kind === 'unavailable', 'the page hears of the failure');
    for (const [name, options] of /** @type {const} */ ([
      ['down', { colorScheme: 'light', forcedColors: 'none' }],
      ['down-dark', { colorScheme: 'dark', forcedColors: 'none' }],
      ['down-forced-colours', { colorScheme: 'light', forcedColors: 'active' }],
    ])) {
      await page.emulateMedia(options);
      await inspect(stand, page, name);
    }
    expect(await until(async () => (await heard(page)).length >= 2), 'it tries again by itself');
    road.list = 'through';
    await items(page).first().waitFor();
    expect(await page.getByText(UNAVAILABLE).isHidden(), 'and shows the list once the gateway is back');
  });
  road.list = 'down';
  await visit(stand, page, { allowed: FAILED_REQUEST, hasClock: true }, async (page) => {
    await until(async () => (await heard(page)).length === 1);
    // Each pause is shorter than a minute, and the next regular question is a quarter of an hour away.
    for (let minute = 1; minute <= 8; minute++) {
      await page.clock.fastForward('01:00');
      await until(async () => (await heard(page)).length > minute, 1_000);
    }
    // By what the page hears: a browser repeats a request by itself when a kept connection breaks.
    const failures = (await heard(page)).length;
    expect(failures === 4, `it tries again three times, not for ever (${failures - 1})`);
    road.list = 'through';
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await items(page).first().waitFor();
    expect(true, 'it tries again when the browser is back online');
  });
}

/** @param {Stand} stand */
async function pressed(stand) {
  const { road } = stand;
  road.list = 'failing';
  const page = stand.council.page(meetups('region="london" limit="3"'));
  await visit(stand, page, { allowed: FAILED_REQUEST, hasClock: true }, async (page) => {
    const button = page.getByRole('button', { name: 'Try again' });
    await button.waitFor();
    expect(await page.getByText(UNAVAILABLE).isVisible(), 'a gateway that fails is told like one that is away');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await button.evaluate((node) => node.matches(':focus-visible')), 'the keyboard reaches the button');
    const { length } = await heard(page);
    await page.keyboard.press('Enter');
    await until(async () => (await heard(page)).length > length);
    expect(await button.evaluate((node) => node.matches(':focus')), 'which keeps the focus when it fails again');
    road.list = 'through';
    await page.keyboard.press('Enter');
    await items(page).first().waitFor();
    const focused = await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.getAttribute('part'));
    expect(focused === 'title', 'and hands it to the title of the list that it brought');
    expect(await button.isHidden(), 'the button is gone then');
  });
}

/** @param {Stand} stand */
async function brokenOff(stand) {
  stand.road.list = 'dropping';
  const page = stand.council.page(meetups('region="london" limit="3"'));
  await visit(stand, page, { allowed: FAILED_REQUEST }, async (page) => {
    await page.getByText(UNAVAILABLE).waitFor();
    expect((await items(page).count()) === 0, 'half an answer is none');
  });
  stand.road.list = 'through';
}

/** @param {Stand} stand */
async function wronglySetUp(stand) {
  const { road } = stand;
  const address = stand.council.page(meetups('region="lodnon" limit="3"'));
  road.asked = [];
  await visit(stand, address, { allowed: FAILED_REQUEST }, async (page) => {
    const summary = page.getByText('For the editors of this site');
    await summary.waitFor();
    expect(await fallback(page).isVisible(), 'a list that is wrongly set up leaves the link');
    const reason = page.locator('folkmoot-meetups [part=reason]');
    expect(await reason.isHidden(), 'visitors need not read why');
    await inspect(stand, page, 'wrong-region');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect((await reason.innerText()).includes('london'), `editors can: ${await reason.innerText()}`);
    await inspect(stand, page, 'wrong-region-reason');
    const [event] = await heard(page);
    expect(event?.kind === 'refused' && event.code === 'UNKNOWN_REFERENCE', `the page hears the code ${event?.code}`);
    expect(!(await until(() => road.asked.length > 1, 4_000)), 'what is wrong is not asked again');
    await page.locator('folkmoot-meetups').evaluate((node) => node.setAttribute('region', 'london'));
    await items(page).first().waitFor();
    expect(await summary.isHidden(), 'once it is put right the list is there');
  });
  const french = stand.council.page(meetups('region="london" language="fr"'));
  await visit(stand, french, { allowed: FAILED_REQUEST }, async (page) => {
    await page.getByText('For the editors of this site').click();
    expect(await page.getByText(/must be en/).isVisible(), 'a language that is not spoken is told');
  });
  await visit(stand, stand.council.page(meetups('src="ftp://gateway.example"')), {}, async (page) => {
    await page.getByText('For the editors of this site').click();
    expect(await page.getByText('The attribute src has to name').isVisible(), 'a src that is no gateway is told');
  });
}

/** @param {Stand} stand */
async function lastGood(stand) {
  const { road } = stand;
  const address = stand.council.page(meetups('region="london" limit="3"'));
  road.list = 'through';
  road.asked = [];
  await visit(stand, address, { allowed: FAILED_REQUEST, hasClock: true }, async (page) => {
    await items(page).first().waitFor();
    const before = await items(page).allInnerTexts();
    await page.clock.fastForward('14:00');
    expect(!(await until(() => road.asked.length > 1, 1_000)), 'a list is not asked for again within minutes');
    road.list = 'down';
    await page.clock.fastForward('02:00');
    await page.getByText(OUTDATED).waitFor();
    const after = await items(page).allInnerTexts();
    expect(after.length > 0 && before.join() === after.join(), 'a list that cannot be renewed stays, and says so');
    await inspect(stand, page, 'outdated');
    road.list = 'through';
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(OUTDATED).waitFor({ state: 'hidden' });
    expect((await items(page).count()) === before.length, 'until it could be renewed');
    road.list = 'down';
    await page.locator('folkmoot-meetups').evaluate((node) => node.setAttribute('limit', '2'));
    await page.getByText(UNAVAILABLE).waitFor();
    expect((await items(page).count()) === 0, 'another list that cannot be had is not replaced by this one');
  });
  road.list = 'through';
}
