/** One list of an answer as a table, to copy or download. */
import { type ReactNode, useMemo } from 'react';
import { csvOf, pasteableOf } from '../answer/csv';
import type { AnswerList } from '../answer/lists';
import { type Cell, cellText, shownText, type Table, tableOf } from '../answer/table';
import { CopyButton } from './copy-button';

export function AnswerTable({ list, children }: { list: AnswerList; children: ReactNode }) {
  const table = useMemo(() => tableOf(list.items), [list]);
  const { rows } = table;

  function download() {
    const address = URL.createObjectURL(new Blob([csvOf(table)], { type: 'text/csv;charset=utf-8' }));
    const day = new Date().toISOString().slice(0, 10);
    Object.assign(document.createElement('a'), { href: address, download: `folkmoot-${list.name}-${day}.csv` }).click();
    URL.revokeObjectURL(address);
  }

  return (
    <>
      <div className="above">
        {children}
        <Count list={list} />
        {rows.length > 0 && (
          <div className="buttons">
            <CopyButton text={() => pasteableOf(table)}>Copy table</CopyButton>
            <button type="button" onClick={download}>
              Download CSV
            </button>
          </div>
        )}
      </div>
      {rows.length > 0 && (
        <div className="table-frame" role="region" aria-label={`Table of ${list.name}`} tabIndex={0}>
          {rows.length === 1 ? <OneRow table={table} /> : <ManyRows table={table} />}
        </div>
      )}
    </>
  );
}

// One thing has room for long fields below one another, and a page is narrow.
function OneRow({ table: { columns, rows } }: { table: Table }) {
  return (
    <table>
      <tbody>
        {columns.map((column, at) => (
          <tr key={column}>
            <th scope="row">{column}</th>
            <CellOf cell={rows[0]?.[at] ?? null} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ManyRows({ table: { columns, rows } }: { table: Table }) {
  return (
    <table>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={at}>
            {row.map((cell, column) => (
              <CellOf key={columns[column]} cell={cell} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Count({ list: { items, totalCount } }: { list: AnswerList }) {
  const count = items.length.toLocaleString('en-GB');
  const total =
    totalCount === undefined || totalCount === items.length ? '' : ` of ${totalCount.toLocaleString('en-GB')}`;
  return (
    <p role="status" className="count">
      {count}
      {total} {items.length === 1 && !total ? 'row' : 'rows'}.
    </p>
  );
}

function CellOf({ cell }: { cell: Cell }) {
  const text = cellText(cell);
  return (
    <td className={typeof cell === 'number' ? 'number' : undefined}>
      {isAddress(cell) ? (
        <a href={text} target="_blank" rel="noopener noreferrer">
          {text}
        </a>
      ) : (
        shownText(cell)
      )}
    </td>
  );
}

// Text of an answer is never trusted to be more than text, but for addresses that are safe to open.
function isAddress(cell: Cell): boolean {
  if (typeof cell !== 'string' || !URL.canParse(cell)) return false;
  const { protocol, origin } = new URL(cell);
  return protocol === 'https:' || origin === location.origin;
}
