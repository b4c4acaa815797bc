/** Offers of help: their filter, and their rows as the contract has them. */
import type { Offer, OfferFilter, OfferKind } from './contract.js';
import type { Database } from './database.js';
import { among, compared, type Condition, type List } from './lists.js';

export const offers: List<Offer, OfferFilter> = {
  kind: 'Offer',
  table: 'offers',
  at: 'offered_at',
  conditions: (filter) => [
    ...on(filter.points),
    ...among('kind', filter.kinds),
    ...among('council', filter.councils),
    ...compared('remote', '=', typeof filter.remote === 'boolean' ? Number(filter.remote) : null),
  ],
  item: (row) => ({
    id: String(row.id),
    council: String(row.council),
    kind: row.kind as OfferKind,
    point: row.point as string | null,
    remote: row.remote === 1,
    availableFrom: row.available_from as string | null,
    note: row.note as string | null,
    askUrl: String(row.ask_url),
    offeredAt: Number(row.offered_at),
    synthetic: row.synthetic === 1,
  }),
};

/** An offer without a point is on any; but an empty list passes nothing, those neither. */
function on(points: string[] | null | undefined): Condition[] {
  return among('point', points).map(({ sql, values }) =>
    points?.length === 0 ? { sql, values } : { sql: `(point is null or ${sql})`, values },
  );
}

export function addOffer(database: Database, row: Offer): void {
  database
    .prepare('insert into offers values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      row.id,
      row.council,
      row.kind,
      row.point,
      Number(row.remote),
      row.availableFrom,
      row.note,
      row.askUrl,
      row.offeredAt,
      Number(row.synthetic),
    );
}
