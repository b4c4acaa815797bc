// @ts-check
/** Answers that say more than that all is well, and answers that mean harm, on their way from the real gateway. */
import { items, meetups } from './lists.mjs';
import { expect, inspect, visit } from './visit.mjs';

/** @typedef {import('./visit.mjs').Stand} Stand */

/** @param {Stand} stand */
export async function hostile(stand) {
  await notices(stand);
  await cancelled(stand);
  await harm(stand);
}

/** @param {Stand} stand */
async function notices(stand) {
  const { road } = stand;
  const address = stand.council.page(meetups('region="london" limit="2"'));
  const notice = 'Some meet-ups may be missing: Kent cannot be reached just now.';
  for (const state of ['STALE', 'PARTIAL']) {
    road.change = (list) => void Object.assign(list, { state, notice });
    await visit(stand, address, {}, async (page) => {
      await items(page).first().waitFor();
      const message = page.locator('folkmoot-meetups').getByRole('status');
      expect((await message.innerText()) === notice, `a ${state} list says so above it`);
      await inspect(stand, page, state.toLowerCase());
    });
  }
  road.change = (list) => void Object.assign(list, { state: 'PARTIAL', notice, meetups: [] });
  await visit(stand, address, {}, async (page) => {
    await page.getByText(notice).waitFor();
    expect(await page.getByText('No meet-ups planned yet').isHidden(), 'a region that is away is not “none planned”');
    await inspect(stand, page, 'partial-empty');
  });
}

/** @param {Stand} stand */
async function cancelled(stand) {
  stand.road.change = ({ meetups: [first, second] }) => {
    Object.assign(first ?? {}, { status: 'CANCELLED', title: 'Lean coffee' });
    Object.assign(second ?? {}, { status: 'HELD', title: 'Show and tell' });
  };
  const address = stand.council.page(meetups('region="london" limit="3"'));
  for (const [name, options] of /** @type {const} */ ([
    ['cancelled', {}],
    ['cancelled-forced-colours', { forcedColors: 'active' }],
  ])) {
    await visit(stand, address, options, async (page) => {
      await items(page).first().waitFor();
      expect(
        await page.getByRole('heading', { name: 'Cancelled: Lean coffee' }).isVisible(),
        'a cancelled meet-up says so before its title, seen and heard',
      );
      const links = await items(page).first().getByRole('link').allInnerTexts();
      expect(!links.some((link) => link.includes('Book')), 'nobody is asked to book a place there');
      expect(
        await page.getByRole('heading', { name: 'Took place: Show and tell' }).isVisible(),
        'a past one says so too',
      );
      await inspect(stand, page, name);
    });
  }
}

/** @param {Stand} stand */
async function harm(stand) {
  const markup = '<img src="https://evil.example/x.png" onerror="hacked = 1"><script>hacked = 1</script>';
  const script = 'javascript:hacked = 1';
  stand.road.change = (list) => {
    const [first = {}, second = {}, third = {}] = list.meetups;
    Object.assign(list, {
      title: markup,
      notice: markup,
      none: markup,
      pageUrl: script,
      calendarUrl: 'data:text/html,x',
    });
    Object.assign(first, {
      title: markup,
      summary: markup,
      url: script,
      bookingUrl: script,
      calendarUrl: script,
      attendanceLabel: markup,
      startsAt: markup,
      venue: { name: markup, address: markup, access: [markup] },
      group: { name: markup, url: script },
      points: [markup],
      status: '__proto__',
    });
    Object.assign(second, { title: 'x'.repeat(1_000_000), summary: '\u202egnp.exe' });
    Object.assign(third, {
      title: 'Good',
      venue: 5,
      points: 'none',
      group: [],
      starts: '6pm, Thursday 14 January 2027',
    });
    for (const row of [null, 'text', { title: {} }]) list.meetups.push(/** @type {any} */ (row));
  };
  const address = stand.council.page(meetups('region="london" limit="3"'));
  await visit(stand, address, { viewport: { width: 320, height: 640 } }, async (page) => {
    await items(page).first().waitFor();
    expect((await items(page).count()) === 3, 'rows that make no sense do not take the others along');
    expect((await page.evaluate('typeof hacked')) === 'undefined', 'nothing in an answer runs');
    expect(
      (await page.locator('folkmoot-meetups [part~=root] :is(img, script)').count()) === 0,
      'markup in an answer stays text',
    );
    expect((await items(page).first().innerText()).includes('onerror='), 'and can be read as such');
    const links = await page
      .locator('folkmoot-meetups a[part~=link]')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('href') ?? ''));
    const unsafe = links.filter((link) => !/^(https?|webcal):/.test(link));
    expect(links.length > 0 && unsafe.length === 0, `no link leads to a script ${unsafe.join(', ')}`.trim());
    const second = await items(page).nth(1).innerText();
    expect(
      second.length < 3_000 && !second.includes('\u202e'),
      'a title is bounded, and text runs in its own direction',
    );
    await inspect(stand, page, 'hostile-320');
  });
}
