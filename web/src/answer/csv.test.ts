import { describe, expect, it } from 'vitest';
import { csvOf, pasteableOf } from './csv';
import { type Cell } from './table';

const lineOf = (...cells: Cell[]) => csvOf({ columns: [], rows: [cells] }).slice('\uFEFF\r\n'.length);

describe('csvOf', () => {
  it('begins with a byte order mark and ends lines as Excel does', () => {
    expect(csvOf({ columns: ['name', 'level'], rows: [['Camden', 3]] })).toBe('\uFEFFname,level\r\nCamden,3\r\n');
  });

  it.each(['=1+1', '+44', '-2', '@SUM(A1)'])('defuses %s', (text) => {
    expect(lineOf(text)).toBe(`'${text}\r\n`);
  });

  it.each(['\t=1', '\r=1'])('defuses and quotes %j', (text) => {
    expect(lineOf(text)).toBe(`"'${text}"\r\n`);
  });

  it('leaves numbers, booleans and signs within a text alone', () => {
    expect(lineOf(-2.5, true, null, 'a=b', 'x - y')).toBe('-2.5,true,,a=b,x - y\r\n');
  });

  it('quotes commas, quotes and line breaks', () => {
    expect(lineOf('a,b', 'say "hi"', 'two\nlines')).toBe('"a,b","say ""hi""","two\nlines"\r\n');
  });
});

describe('pasteableOf', () => {
  it('separates by tabs, without a byte order mark, and defuses too', () => {
    expect(pasteableOf({ columns: ['a', 'b'], rows: [['x', '=1']] })).toBe("a\tb\r\nx\t'=1\r\n");
  });
});
