// @ts-check
/**
 * The list in a frame: on a council's page whose policy lets no script run, and as WordPress frames what it discovers,
 * with scripts alone: no popups, no storage, no way to the page around it but messages.
 */
import { createServer } from 'node:http';
import { expect, FAILED_REQUEST, inspect, until, visit } from './visit.mjs';

/** @typedef {import('./visit.mjs').Stand} Stand */
/** @typedef {import('playwright-core').Page} Page */

/** The part of WordPress' own script that concerns such frames, as its rules are: only messages that bear the frame's
 * secret count, heights from 200 to 1,000 pixels, links to the frame's own host. */
const HOST = `
self.heard = [];
addEventListener('message', ({ data, source }) => {
  const frame = document.querySelector('iframe');
  if (!data || data.secret !== frame.dataset.secret || source !== frame.contentWindow) return;
  heard.push(data);
  if (data.message === 'height') frame.height = Math.min(Math.max(parseInt(data.value, 10), 200), 1000);
  if (data.message === 'link' && new URL(data.value).host === new URL(frame.src).host) self.led = data.value;
});`;

/** @param {Stand} stand */
export async function frames(stand) {
  // The gateway itself: its links bear the name that it knows itself by.
  const gateway = new URL(stand.server).origin;
  const site = await hostSite(gateway);
  const here = { ...stand, gateway, council: { ...stand.council, origin: site.origin } };
  const list = `${gateway}/embed/meetups?region=london&limit=3`;
  try {
    await plain(here, site, list);
    await sandboxed(here, site, list);
    await broken(here, site);
  } finally {
    site.close();
  }
}

/** @param {Stand} stand @param {Site} site @param {string} list */
async function plain(stand, site, list) {
  const address = site.page(`<iframe title="Meet-ups" width="600" height="480" src="${list}"></iframe>`);
  const bare = { javaScriptEnabled: false };
  for (const [name, options] of /** @type {const} */ ([
    ['frame', {}],
    ['frame without scripts', bare],
  ])) {
    await visit(stand, address, options, async (page) => {
      const frame = page.frameLocator('iframe');
      await frame.getByRole('heading', { level: 1 }).waitFor();
      expect((await frame.getByRole('listitem').count()) === 3, `${name}: three meet-ups`);
      const targets = await frame.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('target')));
      expect(
        targets.every((target) => target === '_top'),
        `${name}: links lead out of the frame`,
      );
    });
  }
  for (const [name, options] of /** @type {const} */ ([
    ['frame-320', { viewport: { width: 320, height: 800 } }],
    ['frame-1280', { viewport: { width: 1280, height: 800 } }],
    ['frame-dark', { colorScheme: 'dark' }],
    ['frame-forced-colours', { forcedColors: 'active' }],
  ])) {
    await visit(stand, list, options, (page) => inspect(stand, page, name));
    await visit(stand, `${list}&layout=cards&language=cy`, options, (page) => inspect(stand, page, `${name}-cards`));
  }
}

/** @param {Stand} stand @param {Site} site @param {string} list */
async function sandboxed(stand, site, list) {
  const frame =
    `<iframe title="Meet-ups" sandbox="allow-scripts" security="restricted" width="600" height="200" ` +
    `data-secret="s3cr3t" src="${list}#?secret=s3cr3t"></iframe>`;
  const address = site.page(frame, '<script src="/host.js"></script>');
  await visit(stand, address, {}, async (page) => {
    const within = page.frameLocator('iframe');
    await within.getByRole('heading', { level: 1 }).waitFor();
    const isHigh = await until(async () => Number(await page.locator('iframe').getAttribute('height')) > 300);
    expect(isHigh, 'sandbox: the frame is as high as its list');
    await within.getByRole('heading', { level: 2 }).first().getByRole('link').click();
    const led = await until(async () => (await page.evaluate('self.led ?? ""')) !== '');
    expect(led, 'sandbox: a title leads to the meet-up');
    await page.evaluate('self.led = ""');
    await within
      .getByRole('link', { name: /^Book a place/ })
      .first()
      .click();
    const booked = await until(async () => /\/meetups\//.test(await page.evaluate('self.led ?? ""')));
    expect(booked, 'sandbox: booking leads to the page where one can book');
    expect(page.url() === address, 'sandbox: the page around it stays');
  });
}

/** @param {Stand} stand @param {Site} site */
async function broken(stand, site) {
  const wrong = `${stand.gateway}/embed/meetups?region=lodnon`;
  const address = site.page(`<iframe title="Meet-ups" width="600" height="300" src="${wrong}"></iframe>`);
  await visit(stand, address, { allowed: FAILED_REQUEST }, async (page) => {
    const within = page.frameLocator('iframe');
    const told = within.getByText(/settings of this list need to be corrected/);
    expect(await until(() => told.isVisible()), 'frame: visitors are told that it is not for them to mend');
    await within.getByText('For the editors of this site').click();
    const reason = within.getByText(/did you mean "london"/);
    expect(await until(() => reason.isVisible()), 'frame: what is wrong with the address is told');
    expect(await within.getByRole('link', { name: 'All meet-ups' }).isVisible(), 'frame: there is a way on');
  });
}

/** @typedef {Awaited<ReturnType<typeof hostSite>>} Site */

/** A site of another origin whose policy lets frames of the gateway in, and nothing run but its own script. @param {string} gateway */
export async function hostSite(gateway) {
  /** @type {Map<string, string>} */
  const pages = new Map();
  const policy = `default-src 'none'; script-src 'self'; frame-src ${gateway}`;
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const isScript = path === '/host.js';
    const body = isScript ? HOST : pages.get(path);
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': `text/${isScript ? 'javascript' : 'html'}; charset=utf-8`,
      'content-security-policy': policy,
    });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    /** @param {string} body @param {string} [head] */
    page(body, head = '') {
      const path = `/pages/${pages.size}`;
      const shell = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Site</title>${head}</head>`;
      pages.set(path, `${shell}<body><main><h1>Digital</h1>${body}</main></body></html>`);
      return origin + path;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
