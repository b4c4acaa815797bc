// @ts-check
/** The installed browser, as all checks start it, and the rules by which they judge pages. */
import { chromium } from 'playwright-core';

/** What a public body's page has to meet: WCAG 2.2 AA. */
export const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/** The server, the folder and what else a check is called with; without the first two it ends. @param {string} name @returns {[string, string, ...string[]]} */
export function calledWith(name) {
  const [server = '', folder = '', ...more] = process.argv.slice(2);
  if (!server || !folder) {
    console.error(`usage: npm run ${name} -- http://127.0.0.1:8080 screenshots`);
    process.exit(2);
  }
  return [server, folder, ...more];
}
