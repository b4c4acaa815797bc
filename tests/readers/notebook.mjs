// Runs docs/dashboards/observable.js against a gateway and prints what it gives, as JSON.
//
// Usage: notebook.mjs MODULE ADDRESS

import { pathToFileURL } from 'node:url';

import { parsed } from './csv.mjs';

// What the module needs of d3, by its documentation: autoType makes null of an empty text, and
// truths, numbers and dates of texts that are written like them.
const d3 = {
  csvParse(text, convert) {
    const [names, ...rows] = parsed(text);
    return rows.map((cells) => convert(Object.fromEntries(names.map((name, at) => [name, cells[at]]))));
  },
  autoType(row) {
    return Object.fromEntries(Object.entries(row).map(([name, text]) => [name, typed(text)]));
  },
};

function typed(text) {
  if (text === '') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  if (!Number.isNaN(Number(text))) return Number(text);
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? new Date(text) : text;
}

const [module, address] = process.argv.slice(2);
const { gateway, capability, capabilityCsv } = await import(pathToFileURL(module));
const words = { period: 'HALF_YEAR', groupBy: 'REGION' };
const rows = await capability({ ...words, points: ['agile', 'testing'] }, address);
const refused = await capability({ points: ['nonsense'] }, address).catch((error) => error.message);
const table = await capabilityCsv(d3, words, address);
const unread = await capabilityCsv(d3, { nonsense: 1 }, address).catch((error) => error.message);
const areDates = [rows, table].every((all) =>
  all.every((row) => row.periodStart instanceof Date && row.asOf instanceof Date),
);
console.log(
  JSON.stringify({ gateway, rows, note: rows.note, complete: rows.complete, refused, table, unread, areDates }),
);
