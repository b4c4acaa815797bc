/**
 * Reads what the gateway answers. Pure. Everything comes out bounded, in text or as a link that is safe to follow; a row
 * that makes no sense is left out, never the others with it.
 */
import { linkOf, textOf } from './text';

export interface Venue {
  name: string;
  address: string;
  access: readonly string[];
}

/** Texts and links that are absent are empty. */
export interface Meetup {
  url: string;
  title: string;
  summary: string;
  status: string;
  startsAt: string;
  /** Ready to print, in the meet-up's own time zone. */
  starts: string;
  attendance: string;
  venue: Venue | null;
  group: string;
  points: readonly string[];
  bookingUrl: string;
  calendarUrl: string;
}

export interface Answer {
  title: string;
  /** `FRESH`, `STALE` or `PARTIAL`. */
  state: string;
  notice: string;
  /** What to say where there are no meet-ups; empty if the gateway does not say. */
  none: string;
  meetups: readonly Meetup[];
  pageUrl: string;
  calendarUrl: string;
}

/** As the gateway bounds it too. */
const MOST_MEETUPS = 100;
const MOST_NAMES = 20;

/** The answer, or null if it is none. */
export function readAnswer(body: unknown, origin: string): Answer | null {
  const { title, state, notice, none, meetups, pageUrl, calendarUrl } = fieldsOf(body);
  if (!Array.isArray(meetups)) return null;
  return {
    title: textOf(title),
    state: textOf(state),
    notice: textOf(notice),
    none: textOf(none),
    meetups: meetups
      .slice(0, MOST_MEETUPS)
      .map((row) => readMeetup(fieldsOf(row), origin))
      .filter(({ title, starts }) => title && starts),
    pageUrl: linkOf(pageUrl, origin),
    calendarUrl: linkOf(calendarUrl, origin),
  };
}

function readMeetup(row: Fields, origin: string): Meetup {
  return {
    url: linkOf(row.url, origin),
    title: textOf(row.title),
    summary: textOf(row.summary),
    status: textOf(row.status),
    startsAt: textOf(row.startsAt),
    starts: textOf(row.starts),
    attendance: textOf(row.attendanceLabel),
    venue: readVenue(fieldsOf(row.venue)),
    group: textOf(fieldsOf(row.group).name),
    points: namesOf(row.points),
    bookingUrl: linkOf(row.bookingUrl, origin),
    calendarUrl: linkOf(row.calendarUrl, origin),
  };
}

function readVenue(venue: Fields): Venue | null {
  const name = textOf(venue.name);
  return name ? { name, address: textOf(venue.address), access: namesOf(venue.access) } : null;
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value
        .slice(0, MOST_NAMES)
        .map(textOf)
        .filter((name) => name !== '')
    : [];
}

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
