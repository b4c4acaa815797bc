// Runs docs/dashboards/sheets.gs against a gateway, in a spreadsheet that is made of arrays, and
// prints as JSON what came of it: `install`, then `refresh` three times, the third time with a tab
// that somebody emptied.
//
// Usage: sheet.mjs SCRIPT ADDRESS

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

import { parsed } from './csv.mjs';

// UrlFetchApp answers at once, and node's own fetch does not: another process waits for it.
const FETCHER = `
  const [address, headers] = process.argv.slice(1);
  const response = await fetch(address, { headers: JSON.parse(headers) });
  const answer = { code: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
  process.stdout.write(JSON.stringify(answer));
`;
const LONGEST_KEPT_BYTES = 100 * 1024;
const LONGEST_KEPT_SECONDS = 21600;

const fetched = [];
const kept = new Map();
const tabs = new Map();
const triggers = [];

class Sheet {
  rows = [];
  writes = 0;
  getLastRow() {
    return this.rows.length;
  }
  clearContents() {
    this.rows = [];
  }
  getRange(row, column, height, width) {
    if (row !== 1 || column !== 1) throw new Error('the script begins at the first cell');
    return {
      setValues: (values) => {
        if (values.length !== height || values.some((cells) => cells.length !== width)) {
          throw new Error("the values do not have the range's size");
        }
        this.rows = values;
        this.writes += 1;
      },
    };
  }
}

const services = {
  CacheService: {
    getDocumentCache: () => ({
      get: (key) => kept.get(key) ?? null,
      put(key, value, seconds) {
        if (value.length > LONGEST_KEPT_BYTES || seconds > LONGEST_KEPT_SECONDS) {
          throw new Error('the cache does not keep this');
        }
        kept.set(key, value);
      },
    }),
  },
  ScriptApp: {
    newTrigger: (name) => ({
      timeBased: () => ({ everyHours: (hours) => ({ create: () => triggers.push({ name, hours }) }) }),
    }),
  },
  SpreadsheetApp: {
    getActiveSpreadsheet: () => ({
      getSheetByName: (name) => tabs.get(name) ?? null,
      insertSheet(name) {
        tabs.set(name, new Sheet());
        return tabs.get(name);
      },
    }),
  },
  UrlFetchApp: {
    fetch(address, { headers = {}, muteHttpExceptions = false }) {
      const command = ['--input-type=module', '-e', FETCHER, address, JSON.stringify(headers)];
      const answer = JSON.parse(execFileSync(process.execPath, command, { maxBuffer: 2 ** 26 }));
      if (answer.code >= 400 && !muteHttpExceptions) throw new Error(`${address}: ${answer.code}`);
      fetched.push({ address, code: answer.code });
      return {
        getResponseCode: () => answer.code,
        getContentText: () => answer.text,
        getHeaders: () => answer.headers,
      };
    },
  },
  Utilities: { parseCsv: parsed },
};

const [script, address] = process.argv.slice(2);
const PLACE = 'https://folkmoot.example.org';
const text = readFileSync(script, 'utf8');
if (text.split(PLACE).length !== 2) throw new Error('the address does not stand in one place');
// The script's own Date, so that its dates are known for dates here.
const context = vm.createContext({ ...services, Date });
vm.runInContext(text.replace(PLACE, address), context);

const runs = [];
function run(call) {
  fetched.length = 0;
  vm.runInContext(call, context);
  const writes = Object.fromEntries([...tabs].map(([name, sheet]) => [name, sheet.writes]));
  runs.push({ codes: fetched.map(({ code }) => code), writes });
}
run('install()');
const asked = Object.fromEntries([...tabs.keys()].map((name, at) => [name, fetched[at].address]));
const first = Object.fromEntries([...tabs].map(([name, sheet]) => [name, sheet.rows]));
run('refresh()');
tabs.get('National').rows = [];
run('refresh()');

let refused = null;
try {
  vm.runInContext("changed(GATEWAY + '/export/capability.csv?points=nonsense', false)", context);
} catch (error) {
  refused = error.message;
}
const kinds = Object.fromEntries(
  Object.entries(first).map(([name, rows]) => [
    name,
    rows.slice(1).map((cells) => cells.map((cell) => (cell instanceof Date ? 'date' : typeof cell))),
  ]),
);
console.log(JSON.stringify({ asked, first, kinds, runs, triggers, refused }));
