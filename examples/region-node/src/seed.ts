/**
 * Made-up rows around the day on which they are made: the councils are in the register, nothing else is true. Yours
 * come from your own system; keep the ids that it gives, or make them once with `crypto.randomUUID()`.
 */
import { createHash, randomUUID } from 'node:crypto';
import { addAssessment } from './assessments.js';
import { addCaseStudy } from './case-studies.js';
import type { Attendance, MeetupStatus, OfferKind, PointOutcome, Stage } from './contract.js';
import { type Database, together } from './database.js';
import { addMeetup } from './meetups.js';
import { addOffer } from './offers.js';
import { londonInstant } from './time.js';

const GROUPS = [
  { slug: 'weald', name: 'Weald Peer Group', home: ['KEN', 'MAI', 'ASF', 'TUN', 'ESX', 'WSX'] },
  { slug: 'weald-coast', name: 'Weald Coast Peer Group', home: ['MDW', 'THA', 'DOV', 'HAS', 'EAS', 'BNH'] },
  { slug: 'weald-online', name: 'Weald Online Peer Group', home: ['CRW', 'HOR', 'MSS', 'LEE'] },
] as const;
const COUNCILS = GROUPS.flatMap(({ home }) => home);
const STANDARD = 'lgdss-2016';
/** By number: the standard has 15 points. */
const POINTS = [
  'User research',
  'Multidisciplinary teams',
  'Agile',
  'Iterating',
  'Tools and systems',
  'Data and privacy',
  'Open standards',
  'Testing',
  'Being offline',
  'Making it simple',
  'Consistent design',
  'Assisted digital',
  'Performance indicators',
  'Continuous feedback',
  'Senior ownership',
] as const;
const SERVICES = [
  'missed bins',
  'school places',
  'council tax',
  'parking permits',
  'blue badges',
  'library cards',
] as const;
const FORMATS: Attendance[] = ['IN_PERSON', 'HYBRID', 'ONLINE'];
const KINDS: OfferKind[] = ['ADVISE', 'SPEAK', 'HOST', 'ASSESS', 'SHARE_CODE'];
const STAGES: Stage[] = ['DISCOVERY', 'ALPHA', 'BETA', 'LIVE'];

const EVENING_MINUTES = 18 * 60 + 30;
const DAY = 86_400;

export function seed(database: Database, now: Date): void {
  const today = Math.floor(now.getTime() / 1_000 / DAY) * DAY;
  together(database, () => {
    addRegion(database);
    for (let number = 0; number < 60; number += 1) seedMeetup(database, number, today);
    for (let number = 0; number < 40; number += 1) seedCaseStudy(database, number, today);
    for (let number = 0; number < 30; number += 1) seedOffer(database, number, today);
    for (let number = 0; number < 6; number += 1) seedAssessment(database, number, today);
  });
}

function addRegion(database: Database): void {
  database.prepare('insert into region values (?, ?, ?, ?, ?, ?, ?)').run(
    'weald',
    'Weald and Coast',
    'https://weald.example/contact',
    'OGL-UK-3.0',
    "The Weald and Coast councils' digital network (made up)",
    'https://weald.example/',
    // Another one for each new database.
    randomUUID(),
  );
  for (const { slug, name, home } of GROUPS) {
    database.prepare('insert into peer_groups values (?, ?, ?, ?)').run(slug, name, 'Europe/London', null);
    for (const council of home) {
      database.prepare('insert into members values (?, ?, ?, ?, ?)').run(slug, council, '2024-04-01', null, 1);
    }
  }
  // A guest: it is at home in another group, and counts there.
  database.prepare('insert into members values (?, ?, ?, ?, ?)').run('weald', 'BNH', '2025-01-01', null, 0);
}

/** Each group meets every six weeks, all three in the same evenings: rows of one instant are told apart by their ids. */
function seedMeetup(database: Database, number: number, today: number): void {
  const group = pick(GROUPS, number);
  const evening = Math.floor(number / GROUPS.length);
  const day = dayOf(today + (evening - 14) * 42 * DAY + 9 * DAY);
  const startsAt = londonInstant(day, EVENING_MINUTES);
  const isOver = startsAt < today;
  const attendance = pick(FORMATS, evening + number);
  const topic = pick(POINTS, number * 7);
  const host = pick(group.home, evening);
  addMeetup(database, {
    id: uuid(`meetup/${number}`),
    group: group.slug,
    title: `${topic}: what we learned`,
    summary: number % 4 === 0 ? null : `Two councils show how they went about it. Then questions, and time to talk.`,
    status: statusOf(number, isOver),
    startsAt,
    endsAt: startsAt + 2 * 3_600,
    timeZone: 'Europe/London',
    attendance,
    venue:
      attendance === 'ONLINE'
        ? null
        : { name: 'The Town Hall', address: '1 Example Street', stepFree: true, hearingLoop: number % 2 === 0 },
    points: number % 10 === 9 ? [] : [pointOf(number * 7), ...(number % 5 === 0 ? [pointOf(number * 7 + 3)] : [])],
    host: number % 8 === 7 ? null : host,
    talks: [{ title: `${topic} in a small team`, givenBy: `A service designer at ${host}` }],
    bookingUrl: isOver ? null : `https://weald.example/book/${number}`,
    materialsUrl: isOver ? `https://weald.example/notes/${number}` : null,
    synthetic: true,
  });
}

function statusOf(number: number, isOver: boolean): MeetupStatus {
  if (number % 17 === 16) return 'CANCELLED';
  return isOver ? 'HELD' : pick(['PLANNED', 'INVITED', 'CONFIRMED'] as const, number);
}

function seedCaseStudy(database: Database, number: number, today: number): void {
  const service = pick(SERVICES, number);
  const topic = pick(POINTS, number);
  addCaseStudy(database, {
    id: uuid(`case-study/${number}`),
    title: `${topic} for ${service}`,
    summary: `What changed when we looked at ${service} again: fewer calls, shorter forms, and one thing that failed.`,
    council: number % 9 === 8 ? null : pick(COUNCILS, number * 5),
    points: [pointOf(number), ...(number % 3 === 0 ? [pointOf(number + 6)] : [])],
    url: `https://weald.example/case-studies/${number}`,
    // Some on the same day.
    publishedAt: today - (30 + Math.floor(number / 2) * 23) * DAY + 9 * 3_600,
    reviewedOn: number % 3 === 0 ? dayOf(today - number * 9 * DAY) : null,
    synthetic: true,
  });
}

function seedOffer(database: Database, number: number, today: number): void {
  addOffer(database, {
    id: uuid(`offer/${number}`),
    council: pick(COUNCILS, number * 3),
    kind: pick(KINDS, number),
    point: number % 6 === 5 ? null : pointOf(number * 4),
    remote: number % 2 === 0,
    availableFrom: number % 4 === 0 ? dayOf(today + number * DAY) : null,
    note: number % 3 === 0 ? 'An hour by video to begin with.' : null,
    askUrl: `https://weald.example/ask/${number}`,
    offeredAt: today - (5 + Math.floor(number / 2) * 11) * DAY + 10 * 3_600,
    synthetic: true,
  });
}

function seedAssessment(database: Database, number: number, today: number): void {
  const council = pick(COUNCILS, number * 2);
  const heldOn = today - (400 - number * 60) * DAY;
  const again = number === 3;
  const outcome = (point: number): PointOutcome =>
    point % 4 === number % 4
      ? {
          point: pointOf(point),
          outcome: 'NOT_MET',
          actions: [{ text: 'Test the next version with people who use it', dueOn: dayOf(heldOn + 90 * DAY) }],
          advice: 'Ask a neighbouring council that has done it.',
        }
      : { point: pointOf(point), outcome: 'MET', doneWell: 'The team could show how it knows.', actions: [] };
  const isPublic = number !== 5;
  addAssessment(
    database,
    {
      id: uuid(`assessment/${number}`),
      council: again ? pick(COUNCILS, 0) : council,
      service: `Apply for ${pick(SERVICES, again ? 0 : number)}`,
      standard: STANDARD,
      stage: pick(STAGES, number),
      kind: again ? 'REASSESSMENT' : 'ASSESSMENT',
      heldOn: dayOf(heldOn),
      scheme: 'met',
      result: number % 2 === 0 ? 'NOT_MET' : 'MET',
      // No assessor comes from the council whose service it is.
      panel: [
        { role: 'LEAD', council: pick(COUNCILS, number * 2 + 5) },
        { role: 'USER_RESEARCHER', council: pick(COUNCILS, number * 2 + 7) },
        { role: 'OBSERVER' },
      ],
      points: POINTS.map((_, point) => outcome(point)),
      previous: again ? uuid('assessment/0') : null,
      synthetic: true,
    },
    isPublic,
  );
}

function pointOf(number: number): string {
  return `${STANDARD}/${(number % POINTS.length) + 1}`;
}

function pick<T>(list: readonly T[], number: number): T {
  return list[number % list.length] as T;
}

function dayOf(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().slice(0, 10);
}

/** The same for the same name: what a gateway has kept of these rows stays theirs when they are made again. */
function uuid(name: string): string {
  const hash = createHash('sha256').update(`weald.example/${name}`).digest('hex');
  const [a, b, c, d, e] = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(13, 16),
    hash.slice(17, 20),
    hash.slice(20, 32),
  ];
  return `${a}-${b}-8${c}-8${d}-${e}`;
}
