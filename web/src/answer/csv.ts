/** Writes a table for spreadsheets: as a file, and for the clipboard. */
import { type Cell, cellText, type Table } from './table';

/** Without it Excel reads a CSV file in the machine's own code page. */
const BYTE_ORDER_MARK = '\uFEFF';
/** RFC 4180's line end, which Excel expects too. */
const LINE_END = '\r\n';

/** A CSV file. */
export function csvOf(table: Table): string {
  return BYTE_ORDER_MARK + delimited(table, ',');
}

/** For the clipboard: spreadsheets spread tabs over cells, commas they do not. */
export function pasteableOf(table: Table): string {
  return delimited(table, '\t');
}

function delimited({ columns, rows }: Table, separator: string): string {
  return [columns, ...rows].map((row) => row.map((cell) => field(cell)).join(separator) + LINE_END).join('');
}

function field(cell: Cell): string {
  const text = typeof cell === 'string' ? defused(cell) : cellText(cell);
  return /[",\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// A text that begins like a formula would be run by the spreadsheet of whoever opens the file.
function defused(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
