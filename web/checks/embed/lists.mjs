// @ts-check
/** Lists as they should be: for everybody, everywhere, on every screen. */
import { createHash } from 'node:crypto';
import { expect, heard, inspect, picture, visit } from './visit.mjs';

/** @typedef {import('./visit.mjs').Stand} Stand */
/** @typedef {import('playwright-core').Page} Page */

const FALLBACK = '<a href="https://gateway.example/meetups?region=london">Meet-ups on Folkmoot</a>';

/** @param {string} attributes */
export function meetups(attributes) {
  return `<folkmoot-meetups ${attributes}>${FALLBACK}</folkmoot-meetups>`;
}

/** @param {Page} page */
export const fallback = (page) => page.getByRole('link', { name: 'Meet-ups on Folkmoot' });

/** @param {Page} page */
export const items = (page) => page.locator('folkmoot-meetups [part=list] > li');

/** @param {Stand} stand */
export async function lists(stand) {
  await aList(stand);
  await everyScreen(stand);
  for (const width of [320, 1280]) await keyboardOnly(stand, width);
  await everyZone(stand);
  await welsh(stand);
  await layouts(stand);
  await everyScript(stand);
  await emptyList(stand);
}

/** @param {Stand} stand */
async function aList(stand) {
  const { council } = stand;
  await visit(stand, council.page(meetups('region="london" limit="5"')), {}, async (page) => {
    await items(page).first().waitFor();
    const count = await items(page).count();
    expect(count > 0 && count <= 5, `London's meet-ups are listed (${count})`);
    expect(await fallback(page).isHidden(), 'the fallback link makes room for them');
    const title = page.locator('folkmoot-meetups [part=title]');
    expect((await title.evaluate((node) => node.localName)) === 'h3', 'the title is a heading of the third level');
    expect((await title.innerText()).includes('London'), `the title names the region: ${await title.innerText()}`);
    expect((await page.getByRole('heading', { level: 4 }).count()) === count, 'each meet-up has a heading below it');
    const [event, ...others] = await heard(page);
    expect(
      event?.name === 'folkmoot-loaded' && event.count === count && others.length === 0,
      'the page hears of it once',
    );
    const names = await page.locator('folkmoot-meetups a[part~=link]').allTextContents();
    expect(new Set(names).size === names.length, `every link has a name of its own (${names.length})`);
    const color = await items(page)
      .first()
      .evaluate((node) => getComputedStyle(node).display + getComputedStyle(node).listStyleType);
    expect(color.endsWith('none'), 'the styles hold under the strict policy');
  });
}

/** @param {Stand} stand */
async function everyScreen(stand) {
  const address = stand.council.page(meetups('region="london" limit="5"'));
  /** @type {[string, import('playwright-core').BrowserContextOptions][]} */
  const screens = [
    ['list-1280', {}],
    ['list-320', { viewport: { width: 320, height: 640 } }],
    // A window of 1280 by 1024 pixels.
    ['list-zoom-400', { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }],
    ['list-dark', { colorScheme: 'dark' }],
    ['list-dark-320', { colorScheme: 'dark', viewport: { width: 320, height: 640 } }],
    ['list-forced-colours', { forcedColors: 'active' }],
    ['list-still', { reducedMotion: 'reduce' }],
  ];
  for (const [name, options] of screens) {
    await visit(stand, address, options, async (page) => {
      await items(page).first().waitFor();
      await inspect(stand, page, name);
    });
  }
}

/** On a page in small print, where targets shrink the most. @param {Stand} stand @param {number} width */
async function keyboardOnly(stand, width) {
  const address = stand.council.page(`<div class="small">${meetups('region="london" limit="5"')}</div>`);
  await visit(stand, address, { viewport: { width, height: 640 } }, async (page) => {
    await items(page).first().waitFor();
    const links = await page.locator('folkmoot-meetups a[part~=link]').count();
    /** @type {{ name: string, width: number, height: number, outline: number }[]} */
    const stops = [];
    for (let stop = 0; stop < links; stop++) {
      await page.keyboard.press('Tab');
      const held = await page.evaluate(() => {
        const link = document.activeElement?.shadowRoot?.activeElement;
        if (!link) return null;
        const { width, height } = link.getBoundingClientRect();
        const { outlineStyle, outlineWidth } = getComputedStyle(link);
        return {
          name: link.textContent,
          width,
          height,
          outline: outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth),
        };
      });
      if (held) stops.push(held);
    }
    expect(new Set(stops.map(({ name }) => name)).size === links, `the keyboard reaches all ${links} links in turn`);
    expect(
      stops.every(({ outline }) => outline >= 2),
      'the focus is always visible',
    );
    const small = stops.filter(({ width, height }) => width < 24 || height < 24);
    expect(small.length === 0, `targets have 24 pixels ${small.map(({ name }) => name).join(', ')}`.trim());
    await picture(stand, page, `list-focus-${width}`);
  });
}

/** @param {Stand} stand */
async function everyZone(stand) {
  const address = stand.council.page(meetups('limit="10"'));
  /** @type {string[]} */
  const told = [];
  for (const timezoneId of ['Europe/London', 'America/New_York', 'Asia/Tokyo']) {
    await visit(stand, address, { timezoneId, locale: 'en-US' }, async (page) => {
      const times = page.locator('folkmoot-meetups time');
      await times.first().waitFor();
      const shown = await times.evaluateAll((nodes) =>
        nodes.map((node) => ({ instant: node.getAttribute('datetime') ?? '', text: node.textContent })),
      );
      const wrong = shown.filter(({ instant, text }) => !isOnLondonClock(instant, text));
      expect(wrong.length === 0, `${timezoneId} sees London's time ${wrong.map(({ text }) => text).join('; ')}`.trim());
      told.push(JSON.stringify(shown));
    });
  }
  expect(told.length === 3 && new Set(told).size === 1, 'every zone sees the same times');
}

/** "6:30pm, Thursday 14 January 2027". @param {string} instant @param {string} text */
function isOnLondonClock(instant, text) {
  /** @param {Intl.DateTimeFormatOptions} options */
  const part = (options) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', ...options }).format(new Date(instant));
  const clock = part({ hour: 'numeric', minute: '2-digit', hour12: true }).replace(' ', '').replace(':00', '');
  const date = part({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).replace(',', '');
  return text.replace(':00', '').startsWith(clock) && text.endsWith(date);
}

/** @param {Stand} stand */
async function welsh(stand) {
  const page = stand.council.page(meetups('region="london" limit="5"'), { lang: 'cy' });
  await visit(stand, page, {}, async (page) => {
    await items(page).first().waitFor();
    const text = await page.locator('folkmoot-meetups [part~=root]').innerText();
    expect(
      (await page.locator('folkmoot-meetups [part~=root]').getAttribute('lang')) === 'cy',
      'a Welsh page has the list in Welsh',
    );
    expect(text.includes('Ychwanegu at y calendr'), 'the links are Welsh');
    const months = /Ionawr|Chwefror|Mawrth|Ebrill|Mai|Mehefin|Gorffennaf|Awst|Medi|Hydref|Tachwedd|Rhagfyr/;
    expect(months.test(text), 'the dates are Welsh');
    expect(!/Upcoming|In person|Add to|Step-free/.test(text), 'no English word of ours is left');
    await inspect(stand, page, 'welsh');
    await page.locator('folkmoot-meetups').evaluate((node) => node.setAttribute('language', 'en'));
    await page
      .getByRole('link', { name: /^Add to calendar/ })
      .first()
      .waitFor();
    expect(true, 'the language attribute goes before that of the page');
  });
}

/** @param {Stand} stand */
async function layouts(stand) {
  for (const layout of ['cards', 'compact']) {
    const page = stand.council.page(meetups(`region="london" limit="6" heading-level="6" layout="${layout}"`));
    for (const width of [1280, 320]) {
      await visit(stand, page, { viewport: { width, height: 800 } }, async (page) => {
        await items(page).first().waitFor();
        await inspect(stand, page, `${layout}-${width}`);
      });
    }
  }
}

/** @param {Stand} stand */
async function everyScript({ gateway, component, ...stand }) {
  const [, version = ''] = /meet-ups (\d+\.\d+\.\d+)/.exec(component) ?? [];
  const hash = createHash('sha384').update(component).digest('base64');
  const classic = `<script src="${gateway}/embed/meetups.js" async></script>`;
  const pinned =
    `<script type="module" src="${gateway}/embed/${version}/meetups.js" ` +
    `integrity="sha384-${hash}" crossorigin="anonymous"></script>`;
  for (const [name, script, attributes] of /** @type {const} */ ([
    // Twice, as when two parts of a content system each bring it.
    ['a classic script, even twice', `${classic}\n${classic}`, ''],
    [`version ${version} by its hash`, pinned, ''],
    ['a copy on one’s own site', '<script src="/copy.js" async></script>', `src="${gateway}"`],
  ])) {
    const page = stand.council.page(meetups(`${attributes} region="london" limit="2"`), { script });
    await visit({ gateway, component, ...stand }, page, {}, async (page) => {
      await items(page).first().waitFor();
      expect((await items(page).count()) === 2, `${name} works as well`);
    });
  }
}

/** @param {Stand} stand */
async function emptyList(stand) {
  const nothing = await findNothing(stand.server);
  await visit(stand, stand.council.page(meetups(nothing)), {}, async (page) => {
    await page.getByText('No meet-ups planned yet').waitFor();
    expect(await page.getByRole('link', { name: /^All meet-ups/ }).isVisible(), `an empty list says so (${nothing})`);
    expect(await fallback(page).isHidden(), 'and links to the page itself');
    await inspect(stand, page, 'empty');
  });
}

/** @typedef {{ data: { standards: { points: { ref: string }[] }[], councils: { nodes: { code: string }[] } } }} Answer */

/** Attributes that no meet-up fits. @param {string} server @returns {Promise<string>} */
async function findNothing(server) {
  const response = await fetch(new URL('/graphql', server), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ standards { points { ref } } councils(first: 100) { nodes { code } } }' }),
  });
  /** @type {unknown} */
  const told = await response.json();
  const { data } = /** @type {Answer} */ (told);
  const choices = [
    ...data.standards.flatMap(({ points }) => points.map(({ ref }) => ({ region: 'london', point: ref }))),
    ...data.councils.nodes.map(({ code }) => ({ host: code })),
  ];
  for (const choice of choices) {
    const asked = new URLSearchParams(Object.entries(choice));
    const list = await fetch(new URL(`/embed/meetups.json?${asked.toString()}`, server));
    /** @type {unknown} */
    const told = await list.json();
    const { meetups } = /** @type {import('./sites.mjs').List} */ (told);
    if (meetups.length === 0) return [...asked].map(([name, value]) => `${name}="${value}"`).join(' ');
  }
  throw new Error('there are meet-ups everywhere, on everything');
}
