// @ts-check
/** The two sites of the component's check: a council's, with its strict policy, and the way to the gateway. */
import { createServer } from 'node:http';

/**
 * A list as the gateway gives it.
 * @typedef {{ meetups: Record<string, unknown>[] }} List
 */

/**
 * How the way to the gateway behaves, for the list of meet-ups only.
 * @typedef {object} Way
 * @property {'through' | 'down' | 'hanging' | 'dropping' | 'failing'} list What becomes of the list.
 * @property {boolean} hangsScript Whether the script never comes.
 * @property {number} delay Milliseconds that the list takes longer.
 * @property {((list: List) => void) | null} change What the list says in other words.
 * @property {URL[]} asked Which lists were asked for.
 */

/** @returns {Way} */
export function way() {
  return { list: 'through', hangsScript: false, delay: 0, change: null, asked: [] };
}

/** A loopback proxy in front of the gateway, so that it can fail in every way. @param {string} gateway @param {Way} way */
export async function gatewayBehind(gateway, way) {
  return listen(async (request, response) => {
    const url = new URL(request.url ?? '/', gateway);
    if (url.pathname.endsWith('.js') && way.hangsScript) return;
    const isList = url.pathname === '/embed/meetups.json';
    // How it is now, not when the answer is there.
    const { list, delay, change } = way;
    if (isList) {
      way.asked.push(url);
      if (list === 'hanging') return;
      if (list === 'down') {
        request.socket.destroy();
        return;
      }
    }
    const answer = await fetch(url, { redirect: 'manual' });
    let body = Buffer.from(await answer.arrayBuffer());
    const headers = Object.fromEntries(
      [...answer.headers].filter(([name]) =>
        /^(content-type|content-security-policy|access-control-|cross-origin-)/.test(name),
      ),
    );
    if (!isList) {
      response.writeHead(answer.status, headers).end(body);
      return;
    }
    if (change && answer.ok) {
      /** @type {unknown} */
      const told = JSON.parse(body.toString());
      change(/** @type {List} */ (told));
      body = Buffer.from(JSON.stringify(told));
    }
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    const status = list === 'failing' ? 503 : answer.status;
    // Each question has to arrive here.
    response.writeHead(status, { ...headers, 'cache-control': 'no-store', 'content-length': body.length });
    if (list === 'dropping') {
      response.write(body.subarray(0, body.length / 2), () => response.destroy());
    } else {
      response.end(body);
    }
  });
}

/**
 * A council's site, with a copy of the component. Its pages are added by `page`, which gives their address.
 * @param {string} gateway
 * @param {string} component
 */
export async function councilSite(gateway, component) {
  /** @type {Map<string, string>} */
  const pages = new Map();
  const policy =
    `default-src 'none'; script-src ${gateway} 'self'; connect-src ${gateway}; style-src 'self'; ` +
    "require-trusted-types-for 'script'";
  const files = new Map([
    ['/site.css', { type: 'text/css', body: STYLES }],
    ['/site.js', { type: 'text/javascript', body: SCRIPT }],
    ['/copy.js', { type: 'text/javascript', body: component }],
  ]);
  const site = await listen((request, response) => {
    const path = request.url ?? '/';
    const page = pages.get(path);
    const file = page === undefined ? files.get(path) : { type: 'text/html', body: page };
    response.writeHead(file ? 200 : 404, {
      'content-type': `${file?.type ?? 'text/plain'}; charset=utf-8`,
      'content-security-policy': policy,
    });
    response.end(file?.body);
  });
  return {
    ...site,
    /** @param {string} body @param {{ lang?: string, script?: string }} options */
    page(body, { lang = 'en', script = `<script type="module" src="${gateway}/embed/meetups.js"></script>` } = {}) {
      const path = `/pages/${pages.size}`;
      pages.set(path, pageOf(body, lang, script));
      return site.origin + path;
    },
  };
}

/** @param {string} body @param {string} lang @param {string} script */
function pageOf(body, lang, script) {
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Digital at the council</title>
<link rel="stylesheet" href="/site.css">
<script src="/site.js"></script>
${script}
</head>
<body>
<main>
<h1>Digital</h1>
<h2>Meet-ups</h2>
${body}
<p>What else is on.</p>
</main>
</body>
</html>`;
}

/** Notes what the component announces. */
const SCRIPT = `
self.heard = [];
for (const name of ['folkmoot-loaded', 'folkmoot-failed']) {
  addEventListener(name, ({ detail }) => heard.push({ name, ...detail }));
}`;

const STYLES = `
:root { color-scheme: light dark; }
body { background: #fff; color: #0b0c0c; font: 16px/1.5 Arial, sans-serif; margin: 1em; }
main { max-width: 60em; margin: auto; }
.far { height: 6000px; }
.small { font-size: 12px; line-height: 1.2; }
@media (prefers-color-scheme: dark) { body { background: #14191f; color: #f3f2f1; } a { color: #8ab4f8; } }`;

/**
 * @param {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => unknown} answer
 */
async function listen(answer) {
  const server = createServer((request, response) => {
    Promise.resolve(answer(request, response)).catch((/** @type {unknown} */ error) => {
      console.error(error);
      response.destroy();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
