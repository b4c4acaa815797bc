/** The card: who the region is, its clock, its peer groups. */
import { all, type Database, type Row } from './database.js';

const CONTRACT = '1.0';

/** `now` is in seconds, as a DateTime is held. */
export function card(database: Database, now: number) {
  const [region] = all(database, 'select * from region', []);
  if (!region) throw new Error('the table region is empty: fill it before the service starts');
  const members = all(database, 'select * from members order by group_slug, council', []);
  return {
    ...region,
    contract: CONTRACT,
    now: Math.floor(now),
    // The rows here are the region's own, not a copy that may have aged, and no other gateway is asked for them.
    asOf: null,
    instances: [],
    groups: all(database, 'select * from peer_groups order by slug', []).map((group) => ({
      slug: group.slug,
      name: group.name,
      timeZone: group.time_zone,
      firstMetOn: group.first_met_on,
      members: members.filter((member) => member.group_slug === group.slug).map(membership),
    })),
  };
}

function membership(row: Row) {
  return { council: row.council, from: row.from_day, until: row.until_day, home: row.is_home === 1 };
}
