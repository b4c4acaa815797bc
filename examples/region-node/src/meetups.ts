/** Meet-ups: their filter, and their rows as the contract has them. */
import type { Attendance, Meetup, MeetupFilter, MeetupStatus, Talk, Venue } from './contract.js';
import type { Database } from './database.js';
import { among, compared, type List, sharing } from './lists.js';

export const meetups: List<Meetup, MeetupFilter> = {
  kind: 'Meetup',
  table: 'meetups',
  at: 'starts_at',
  conditions: (filter) => [
    ...among('group_slug', filter.groups),
    ...among('host', filter.hosts),
    ...sharing('points', filter.points),
    ...compared('starts_at', '>=', filter.startsFrom),
    ...compared('starts_at', '<', filter.startsBefore),
    ...compared('ends_at', '>', filter.endsAfter),
    ...compared('ends_at', '<=', filter.endsBy),
    ...compared('attendance', '=', filter.attendance),
    ...among('status', filter.statuses),
  ],
  item: (row) => ({
    id: String(row.id),
    group: String(row.group_slug),
    title: String(row.title),
    summary: row.summary as string | null,
    status: row.status as MeetupStatus,
    startsAt: Number(row.starts_at),
    endsAt: Number(row.ends_at),
    timeZone: String(row.time_zone),
    attendance: row.attendance as Attendance,
    venue: row.venue === null ? null : (JSON.parse(String(row.venue)) as Venue),
    points: JSON.parse(String(row.points)) as string[],
    host: row.host as string | null,
    talks: JSON.parse(String(row.talks)) as Talk[],
    bookingUrl: row.booking_url as string | null,
    materialsUrl: row.materials_url as string | null,
    synthetic: row.synthetic === 1,
  }),
};

export function addMeetup(database: Database, row: Meetup): void {
  database
    .prepare('insert into meetups values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      row.id,
      row.group,
      row.title,
      row.summary,
      row.status,
      row.startsAt,
      row.endsAt,
      row.timeZone,
      row.attendance,
      row.venue && JSON.stringify(row.venue),
      JSON.stringify(row.points),
      row.host,
      JSON.stringify(row.talks),
      row.bookingUrl,
      row.materialsUrl,
      Number(row.synthetic),
    );
}
