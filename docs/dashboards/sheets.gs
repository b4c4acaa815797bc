/**
 * A Folkmoot gateway's published figures and meet-ups in a Google sheet.
 *
 * Extensions → Apps Script: paste this, put your gateway's address into GATEWAY, run `install` once.
 * It fills a tab for each of TABLES, now and every hour; what is typed into these tabs is lost.
 */
const GATEWAY = 'https://folkmoot.example.org';

/** The tabs, and what is asked for each. */
const TABLES = {
  National: '/export/capability.csv?period=HALF_YEAR',
  Regions: '/export/capability.csv?period=HALF_YEAR&groupBy=REGION',
  'Meet-ups': '/feeds/all.csv?limit=100',
};

const NUMBERS = [
  'pointNumber',
  'shareAt3OrMore',
  'shareAt3OrMoreBefore',
  'median',
  'mean',
  'level0',
  'level1',
  'level2',
  'level3',
  'level4',
  'notRated',
  'responded',
  'eligible',
];
const TRUTHS = [
  'rounded',
  'lowReliability',
  'breakBefore',
  'complete',
  'stepFree',
  'hearingLoop',
  'quietSpace',
  'alcoholFree',
];
const INSTANTS = ['periodStart', 'periodEnd', 'asOf', 'startsAt', 'endsAt'];

/** The longest that the script cache keeps anything. */
const SIX_HOURS = 21600;

/** Run it once by hand. */
function install() {
  ScriptApp.newTrigger('refresh').timeBased().everyHours(1).create();
  refresh();
}

/** Brings every tab up to date. One that cannot be keeps what it has, and holds up no other. */
function refresh() {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  const failed = [];
  Object.keys(TABLES).forEach((name) => {
    try {
      fill(spreadsheet.getSheetByName(name) || spreadsheet.insertSheet(name), TABLES[name]);
    } catch (error) {
      failed.push(`${name}: ${error.message}`);
    }
  });
  if (failed.length > 0) throw new Error(failed.join('\n'));
}

/** Writes a table into a tab, if it is another than last time. */
function fill(sheet, path) {
  const rows = changed(GATEWAY + path, sheet.getLastRow() > 0);
  if (rows === null) return;
  sheet.clearContents();
  sheet.getRange(1, 1, rows.length, rows[0].length).setValues(rows);
}

/**
 * The rows at an address, the first with the columns' names; null if they are those of last time.
 * Only the tag is kept, for the rows stand in the tab: a table may be too long for the cache.
 */
function changed(address, isFilled) {
  const cache = CacheService.getDocumentCache();
  const tag = isFilled && cache.get(address);
  const response = UrlFetchApp.fetch(address, {
    headers: tag ? { 'If-None-Match': tag } : {},
    muteHttpExceptions: true,
  });
  if (response.getResponseCode() === 304) {
    cache.put(address, tag, SIX_HOURS);
    return null;
  }
  if (response.getResponseCode() !== 200) {
    throw new Error(`${address} answered ${response.getResponseCode()}: ${response.getContentText()}`);
  }
  const headers = response.getHeaders();
  const etag = Object.keys(headers).find((name) => name.toLowerCase() === 'etag');
  if (etag) cache.put(address, headers[etag], SIX_HOURS);
  const [names, ...rows] = Utilities.parseCsv(response.getContentText());
  return [names, ...rows.map((cells) => cells.map((text, at) => typed(names[at], text)))];
}

/** A cell. An empty one stays empty: a hidden figure is no nought. */
function typed(name, text) {
  if (text === '') return '';
  if (NUMBERS.includes(name)) return Number(text);
  if (TRUTHS.includes(name)) return text === 'true';
  if (INSTANTS.includes(name)) return new Date(text);
  return text;
}
