// @ts-check
/**
 * Regions that answer for themselves, as visitors of a council's site see them in the component, in a frame and in what
 * WordPress makes of a pasted address: one that is well, one that hangs until its rows are old, one that never answered.
 */
import { hostSite } from './frames.mjs';
import { fallback, items, meetups } from './lists.mjs';
import { nation } from './nation.mjs';
import { councilSite } from './sites.mjs';
import { expect, FAILED_REQUEST, inspect, until, visit } from './visit.mjs';

/** @typedef {import('./visit.mjs').Stand} Stand */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */

const UNAVAILABLE = 'Meet-ups cannot be shown just now';
const MISSING = 'Some meet-ups may be missing: Solway and Tyne cannot be reached just now.';
const STALE =
  /^Some of this may be out of date: Weald and Coast was last heard from at \d{1,2}(:\d\d)?[ap]m, \w+day \d{1,2} \w+ \d{4}\.$/;
const STALE_IN_WELSH =
  /^Gall rhywfaint o hyn fod wedi dyddio: clywyd ddiwethaf gan Weald and Coast am \d{1,2}(:\d\d)?y[bh], dydd \w+ \d{1,2} \w+ \d{4}\.$/;

/** How long a region's rows are as good as new, and a little more. */
const UNTIL_STALE = 75_000;

/** After how long a region that is back must have been asked again. */
const UNTIL_BACK = 30_000;

const ONE = 'region=weald&limit=3';
const ALL = 'limit=5';

/**
 * Starts them, and looks at them while all is well. The region hangs from then on: its rows age while other parts run.
 * @param {Stand} stand
 * @param {string} program
 */
export async function regions(stand, program) {
  const whole = await nation(program);
  const council = await councilSite(whole.origin, stand.component);
  const site = await hostSite(whole.origin);
  const here = { ...stand, gateway: whole.origin, server: whole.origin, council };
  const framed = { ...here, council: { ...council, origin: site.origin } };
  const close = async () => {
    council.close();
    site.close();
    await whole.close();
  };
  try {
    expect(await isTold(whole.origin, ONE, 'FRESH', UNTIL_BACK), 'a real region is asked once it is plugged in');
    // Every list of later, so that the gateway has something to show.
    await isTold(whole.origin, `${ONE}&language=cy`, 'FRESH', UNTIL_BACK);
    await everywhere(here, framed, site, ONE, 'region-well', async (list, notice, name) => {
      expect((await notice.count()) === 0 || (await notice.isHidden()), `${name}: a region that is well is no news`);
      const groups = await list.allInnerTexts();
      expect(groups.length === 3 && groups.every((text) => text.includes('Weald')), `${name}: its meet-ups are there`);
    });
    await everywhere(here, framed, site, ALL, 'region-missing', async (list, notice, name) => {
      await says(notice, (text) => text === MISSING, `${name}: the region that is missing is named`);
      expect((await list.count()) === 5, `${name}: the others' meet-ups are there`);
    });
    await neverReached(here, framed, site);
  } catch (error) {
    await close();
    throw error;
  }
  whole.stops();
  return {
    /** What is seen once its rows are old, and once it is back. */
    async later() {
      expect(await isTold(whole.origin, ONE, 'STALE', UNTIL_STALE), 'the rows of a region that hangs get old');
      await everywhere(here, framed, site, ONE, 'region-stale', async (list, notice, name) => {
        await says(notice, (text) => STALE.test(text), `${name}: since when the region hangs is told`);
        expect((await list.count()) === 3, `${name}: what it said last is there`);
      });
      await everywhere(here, framed, site, ALL, 'region-missing-and-stale', async (list, notice, name) => {
        const isBoth = (/** @type {string} */ text) =>
          text.startsWith(`${MISSING} `) && STALE.test(text.slice(MISSING.length + 1));
        await says(notice, isBoth, `${name}: a missing region and an old one are both told`);
        expect((await list.count()) === 5, `${name}: the list is whole but for that`);
      });
      const inWelsh = council.page(meetups('region="weald" limit="3"'), { lang: 'cy' });
      await visit(here, inWelsh, {}, async (page) => {
        const notice = page.locator('folkmoot-meetups [part=message]');
        await says(notice, (text) => STALE_IN_WELSH.test(text), 'a Welsh page says it in Welsh');
      });
      whole.wakes();
      expect(await isTold(whole.origin, ONE, 'FRESH', UNTIL_BACK), 'a region that is back is heard by itself');
    },
    close,
  };
}

/**
 * The list that these words say, by each way onto a council's page.
 * @param {Stand} here
 * @param {Stand} framed
 * @param {import('./frames.mjs').Site} site
 * @param {string} words
 * @param {string} name
 * @param {(list: Locator, notice: Locator, name: string) => Promise<void>} look
 */
async function everywhere(here, framed, site, words, name, look) {
  const attributes = [...new URLSearchParams(words)].map(([word, value]) => `${word}="${value}"`).join(' ');
  await visit(here, here.council.page(meetups(attributes)), {}, async (page) => {
    await items(page).first().waitFor();
    await look(items(page), page.locator('folkmoot-meetups [part=message]'), `${name}, component`);
    await inspect(here, page, name);
  });
  for (const [way, frame, head] of [
    ['frame', `<iframe title="Meet-ups" width="600" height="480" src="${addressOf(here, words)}"></iframe>`, ''],
    ['oembed', await pasted(here, words), '<script src="/host.js"></script>'],
  ]) {
    await visit(framed, site.page(frame ?? '', head), {}, async (page) => {
      const within = page.frameLocator('iframe');
      await within.getByRole('listitem').first().waitFor();
      await look(within.getByRole('listitem'), within.locator('.notice'), `${name}, ${way}`);
      await inspect(here, page, `${name}-${way}`);
    });
  }
}

/** @param {Stand} stand @param {string} words */
function addressOf(stand, words) {
  return `${stand.gateway}/embed/meetups?${words.replaceAll('&', '&amp;')}`;
}

/** What WordPress puts on a page for a pasted address: what the gateway says of it, locked into a sandbox. @param {Stand} stand @param {string} words */
async function pasted(stand, words) {
  const address = encodeURIComponent(`${stand.gateway}/meetups?${words}`);
  /** @type {unknown} */
  const told = await (await fetch(`${stand.gateway}/oembed?url=${address}`)).json();
  const { html } = /** @type {{ html: string }} */ (told);
  return html
    .replace('<iframe ', '<iframe sandbox="allow-scripts" security="restricted" data-secret="s3cr3t" ')
    .replace(/src="([^"]*)"/, 'src="$1#?secret=s3cr3t"');
}

/** A list of nothing but a region that never answered. @param {Stand} here @param {Stand} framed @param {import('./frames.mjs').Site} site */
async function neverReached(here, framed, site) {
  const component = here.council.page(meetups('region="solway"'));
  await visit(here, component, { allowed: FAILED_REQUEST }, async (page) => {
    await page.getByText(UNAVAILABLE).waitFor();
    expect(await fallback(page).isVisible(), 'a region that never answered leaves the link');
    await inspect(here, page, 'region-never');
  });
  const frame = `<iframe title="Meet-ups" width="600" height="300" src="${addressOf(here, 'region=solway')}"></iframe>`;
  await visit(framed, site.page(frame), { allowed: FAILED_REQUEST }, async (page) => {
    const heading = page.frameLocator('iframe').getByRole('heading', { name: UNAVAILABLE });
    expect(await until(() => heading.isVisible()), 'and a frame that says so');
    await inspect(here, page, 'region-never-frame');
  });
}

/** Whether the gateway comes to call a list this. @param {string} gateway @param {string} words @param {string} state @param {number} milliseconds */
async function isTold(gateway, words, state, milliseconds) {
  return until(async () => {
    const answer = await fetch(`${gateway}/embed/meetups.json?${words}`);
    /** @type {unknown} */
    const told = await answer.json();
    return /** @type {{ state?: string }} */ (told).state === state;
  }, milliseconds);
}

/** @param {Locator} notice @param {(text: string) => boolean} isRight @param {string} claim */
async function says(notice, isRight, claim) {
  const isSaid = await until(async () => isRight((await notice.innerText()).trim()));
  expect(isSaid, isSaid ? claim : `${claim} ${await notice.innerText()}`);
}
