// @ts-check
/** When the component asks, and that a page never waits for it. */
import { fallback, items, meetups } from './lists.mjs';
import { expect, inspect, until, visit } from './visit.mjs';

/** @typedef {import('./visit.mjs').Stand} Stand */

const LOADING = 'Loading meet-ups…';

/** @param {Stand} stand */
export async function loading(stand) {
  await withoutScripts(stand);
  await hangingScript(stand);
  await farBelow(stand);
  await otherAttributes(stand);
  await aWhile(stand);
}

/** @param {Stand} stand */
async function withoutScripts(stand) {
  const page = stand.council.page(meetups('region="london"'));
  await visit(stand, page, { javaScriptEnabled: false }, async (page) => {
    expect(await fallback(page).isVisible(), 'without scripts it is the link');
  });
}

/** @param {Stand} stand */
async function hangingScript(stand) {
  stand.road.hangsScript = true;
  const script = `<script src="${stand.gateway}/embed/meetups.js" async></script>`;
  const page = stand.council.page(meetups('region="london"'), { script });
  const start = Date.now();
  await visit(stand, page, {}, async (page) => {
    expect(Date.now() - start < 5_000, 'a script that never comes does not hold up the page');
    expect(await fallback(page).isVisible(), 'which has the link meanwhile');
  });
  stand.road.hangsScript = false;
}

/** @param {Stand} stand */
async function farBelow(stand) {
  const { road } = stand;
  const page = stand.council.page(`<div class="far"></div>${meetups('region="london" limit="3"')}`);
  road.asked = [];
  await visit(stand, page, {}, async (page) => {
    await page.waitForFunction(() => customElements.get('folkmoot-meetups') !== undefined);
    await page.waitForLoadState('networkidle');
    expect(road.asked.length === 0, 'nothing is asked for a list far below');
    await page.mouse.wheel(0, 4_700);
    await items(page).first().waitFor({ state: 'attached' });
    const isBelow = await page
      .locator('folkmoot-meetups')
      .evaluate((node) => node.getBoundingClientRect().top > innerHeight);
    expect(isBelow && road.asked.length === 1, 'it is asked for once when it comes near, before it is in sight');
  });
}

/** @param {Stand} stand */
async function otherAttributes(stand) {
  const { road } = stand;
  const page = stand.council.page(meetups('region="london" limit="1"'));
  await visit(stand, page, {}, async (page) => {
    const list = page.locator('folkmoot-meetups');
    await items(page).first().waitFor();
    road.asked = [];
    await list.evaluate((node) => {
      node.setAttribute('limit', '4');
      node.setAttribute('limit', '3');
      node.setAttribute('layout', 'cards');
    });
    await page.waitForFunction(
      () => document.querySelector('folkmoot-meetups')?.shadowRoot?.querySelectorAll('li').length === 3,
    );
    expect(road.asked.length === 1, 'several attributes set together are one question');
    await list.evaluate((node) => node.setAttribute('layout', 'compact'));
    await page.locator('folkmoot-meetups [part~=layout-compact]').waitFor();
    expect(road.asked.length === 1, 'another layout needs none');

    road.delay = 1_500;
    await list.evaluate((node) => node.setAttribute('limit', '2'));
    await until(() => road.asked.length === 2);
    road.delay = 0;
    await list.evaluate((node) => node.setAttribute('limit', '1'));
    await page.waitForFunction(
      () => document.querySelector('folkmoot-meetups')?.shadowRoot?.querySelectorAll('li').length === 1,
    );
    const isOvertaken = await until(async () => (await items(page).count()) === 2, 2_500);
    expect(!isOvertaken, 'a late answer to an older question is dropped');
  });
}

/** @param {Stand} stand */
async function aWhile(stand) {
  const { road } = stand;
  const address = stand.council.page(meetups('region="london" limit="2"'));
  road.list = 'hanging';
  await visit(stand, address, { allowed: /^$/ }, async (page) => {
    await page.getByText(LOADING).waitFor();
    expect(await fallback(page).isVisible(), 'while it loads the link stays');
    expect(
      (await page.locator('folkmoot-meetups [aria-busy]').getAttribute('aria-busy')) === 'true',
      'the list is marked as busy',
    );
    await inspect(stand, page, 'loading');
    await page.getByText('Meet-ups cannot be shown just now').waitFor();
    expect(await fallback(page).isVisible(), 'a gateway that hangs is given up after ten seconds');
    await inspect(stand, page, 'timed-out');
  });
  road.list = 'through';
  // Words that come and go within a blink would only disturb.
  await visit(
    stand,
    stand.council.page(`<div class="far"></div>${meetups('region="london" limit="2"')}`),
    {},
    async (page) => {
      await page.waitForFunction(() => customElements.get('folkmoot-meetups') !== undefined);
      // Listened for before it comes near: it may be there sooner than the next line here.
      await page.locator('folkmoot-meetups [part=message]').evaluate((node) => {
        /** @type {string[]} */
        const said = [];
        new MutationObserver(() => said.push(node.textContent)).observe(node, { childList: true, characterData: true });
        const whole = new Promise((resolve) => {
          addEventListener('folkmoot-loaded', () => setTimeout(() => resolve(said.join()), 500));
        });
        Object.assign(self, { whole });
      });
      await page.mouse.wheel(0, 6_000);
      /** @type {unknown} */
      const said = await page.evaluate('whole');
      expect(said === '', 'what loads quickly says nothing of loading');
    },
  );
}
