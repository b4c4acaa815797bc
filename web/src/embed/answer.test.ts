import { describe, expect, it } from 'vitest';
import { readAnswer } from './answer';

const origin = 'https://gateway.example';
const meetup = {
  id: 'x',
  url: 'https://gateway.example/meetups/x',
  title: 'Lean coffee',
  summary: null,
  status: 'CONFIRMED',
  startsAt: '2027-01-14T18:30:00Z',
  starts: '6:30pm, Thursday 14 January 2027',
  attendanceLabel: 'In person',
  venue: { name: 'City Hall', address: null, access: ['Step-free', 4, ''] },
  group: { name: 'London Peer Group', url: 'https://london.example' },
  points: ['User research'],
  bookingUrl: 'javascript:alert(1)',
  calendarUrl: 'https://gateway.example/calendar/meetups/x.ics',
};

function meetupsOf(...rows: unknown[]) {
  return readAnswer({ meetups: rows }, origin)?.meetups ?? [];
}

describe('an answer', () => {
  it('is read with what is absent empty, and without links that are not safe', () => {
    expect(readAnswer({ title: 'Meet-ups', state: 'FRESH', notice: null, none: 7, meetups: [meetup] }, origin)).toEqual(
      {
        title: 'Meet-ups',
        state: 'FRESH',
        notice: '',
        none: '',
        pageUrl: '',
        calendarUrl: '',
        meetups: [
          {
            url: 'https://gateway.example/meetups/x',
            title: 'Lean coffee',
            summary: '',
            status: 'CONFIRMED',
            startsAt: '2027-01-14T18:30:00Z',
            starts: '6:30pm, Thursday 14 January 2027',
            attendance: 'In person',
            venue: { name: 'City Hall', address: '', access: ['Step-free'] },
            group: 'London Peer Group',
            points: ['User research'],
            bookingUrl: '',
            calendarUrl: 'https://gateway.example/calendar/meetups/x.ics',
          },
        ],
      },
    );
  });

  it.each([null, 'text', 5, [], {}, { meetups: {} }, { errors: [] }])('is not %o', (body) => {
    expect(readAnswer(body, origin)).toBeNull();
  });

  it('keeps the good rows beside bad ones', () => {
    const titles = meetupsOf(null, 3, {}, { ...meetup, title: '' }, { ...meetup, starts: null }, meetup, {
      ...meetup,
      title: 'Show and tell',
      venue: 'a pub',
      points: 'all',
      group: null,
    }).map(({ title }) => title);

    expect(titles).toEqual(['Lean coffee', 'Show and tell']);
  });

  it('is bounded', () => {
    expect(meetupsOf(...Array<unknown>(5_000).fill(meetup))).toHaveLength(100);
  });
});
