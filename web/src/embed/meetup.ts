/** One meet-up of the list. */
import type { Meetup, Venue } from './answer';
import { link, node, unseen } from './nodes';
import type { Settings } from './settings';
import type { Words } from './words';

const MOST_HEADING_LEVEL = 6;

/** How a list of meet-ups is shown. */
export interface Style {
  settings: Settings;
  words: Words;
  /** Titles that more than one meet-up of the list has, as those of a series. */
  repeated: ReadonlySet<string>;
  namesGroups: boolean;
}

export function meetupItem(meetup: Meetup, style: Style): HTMLElement {
  const { settings, words, namesGroups } = style;
  const isCompact = settings.layout === 'compact';
  const item = node(
    'li',
    `meetup ${meetup.status === 'CANCELLED' ? 'cancelled' : ''}`.trim(),
    title(meetup, style),
    node('p', 'time', time(meetup)),
    node('p', 'place', [meetup.attendance, place(meetup.venue)].filter(Boolean).join(': ')),
  );
  if (!isCompact) {
    const { access = [] } = meetup.venue ?? {};
    const details = [
      access.length > 0 ? node('p', 'access', access.join(', ')) : null,
      meetup.summary ? english(node('p', 'summary-text', meetup.summary)) : null,
      line('points', words.points, meetup.points.join(', ')),
      namesGroups ? line('group', words.group, meetup.group) : null,
      actions(meetup, style),
    ];
    item.append(...details.filter((detail) => detail !== null));
  }
  return item;
}

// A compact list reads as one piece; in the others each meet-up can be jumped to, as long as there is a level for it.
function title(meetup: Meetup, { settings, words, repeated }: Style): HTMLElement {
  const level = settings.headingLevel + 1;
  const hasHeading = settings.layout !== 'compact' && level <= MOST_HEADING_LEVEL;
  const name = hasHeading ? (`h${level}` as 'h4') : 'p';
  const status = statusWord(meetup, words);
  return node(
    name,
    'meetup-title',
    status && node('strong', 'status', `${status}:`),
    status && ' ',
    link(
      'meetup-link',
      meetup.url,
      english(node('bdi', 'meetup-name', meetup.title)),
      repeated.has(meetup.title) ? unseen(`, ${meetup.starts}`) : null,
    ),
  );
}

// Before the title, where it is read first.
function statusWord({ status }: Meetup, words: Words): string {
  if (status === 'CANCELLED') return words.cancelled;
  return status === 'HELD' ? words.held : '';
}

function time({ startsAt, starts }: Meetup): HTMLElement {
  const element = node('time', 'starts', starts);
  if (startsAt) element.dateTime = startsAt;
  return element;
}

function place(venue: Venue | null): string {
  return venue ? [venue.name, venue.address].filter(Boolean).join(', ') : '';
}

// Regions write in English, whatever the list's own words are in.
function english(element: HTMLElement): HTMLElement {
  element.lang = 'en';
  return element;
}

function line(part: string, label: string, text: string): HTMLElement | null {
  return text ? node('p', part, node('span', 'label', `${label}:`), ' ', english(node('span', 'value', text))) : null;
}

// Nobody books a place at what is cancelled or over.
function actions(meetup: Meetup, { words, repeated }: Style): HTMLElement | null {
  if (meetup.status === 'CANCELLED' || meetup.status === 'HELD') return null;
  const suffix = repeated.has(meetup.title) ? `${meetup.title}, ${meetup.starts}` : meetup.title;
  const links = [
    action('booking', words.book, meetup.bookingUrl, suffix),
    action('calendar', words.addToCalendar, meetup.calendarUrl, suffix),
  ].filter((item) => item !== null);
  return links.length > 0 ? node('p', 'actions', ...links) : null;
}

function action(part: string, label: string, href: string, suffix: string): HTMLElement | null {
  return href ? link(part, href, label, unseen(`: ${suffix}`)) : null;
}
