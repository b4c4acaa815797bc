/** A region over real HTTP, filled with the made-up rows, that tests ask as a gateway does. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Direction, Kind } from '../src/contract.js';
import { type Database, open } from '../src/database.js';
import { seed } from '../src/seed.js';
import { server } from '../src/server.js';

/** The one query that gateways send. */
export const QUERY = readFileSync(new URL('../../contract/query.graphql', import.meta.url), 'utf8');
export const NOW = new Date('2027-01-15T12:00:00Z');

export type Row = Record<string, unknown> & { id: string };
export interface Page {
  rows: Row[];
  hasMore: boolean;
  count: number | null;
}
export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string }[];
}
export interface Key {
  at: string;
  id: string;
}
export interface Request {
  direction: Direction;
  first: number;
  filter?: unknown;
  after?: Key;
  until?: Key;
  count?: boolean;
}

/** How the one query calls each list, and which member orders it. */
export const LISTS = [
  { list: 'meetups', flag: 'withMeetups', variable: 'meetups', at: 'startsAt' },
  { list: 'caseStudies', flag: 'withCaseStudies', variable: 'caseStudies', at: 'publishedAt' },
  { list: 'offers', flag: 'withOffers', variable: 'offers', at: 'offeredAt' },
  { list: 'serviceAssessments', flag: 'withAssessments', variable: 'assessments', at: 'heldOn' },
] as const;
export type List = (typeof LISTS)[number];

export class Region {
  private constructor(
    readonly url: string,
    readonly database: Database,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(token?: string): Promise<Region> {
    const folder = mkdtempSync(join(tmpdir(), 'region-'));
    const database = open(join(folder, 'region.db'));
    seed(database, NOW);
    const listener = server({ database, token, clock: () => NOW.getTime() / 1_000 });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    return new Region(`http://127.0.0.1:${port}/graphql`, database, async () => {
      await new Promise((resolve) => {
        listener.close(resolve);
        listener.closeAllConnections();
      });
      database.close();
      rmSync(folder, { recursive: true });
    });
  }

  stop(): Promise<void> {
    return this.end();
  }

  post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  async ask(variables: Record<string, unknown>): Promise<Answer> {
    const response = await this.post({ query: QUERY, variables });
    return (await response.json()) as Answer;
  }

  async pages({ list, flag, variable }: List, requests: Request[]): Promise<Page[]> {
    const { data, errors } = await this.ask({ [flag]: true, [variable]: requests });
    if (errors) throw new Error(errors.map(({ message }) => message).join());
    return data?.[list] as Page[];
  }

  async page(list: List, request: Request): Promise<Page> {
    const [page] = await this.pages(list, [request]);
    if (!page) throw new Error('no page');
    return page;
  }

  async entities(variable: string, flag: string, representations: unknown[]): Promise<Answer> {
    return this.ask({ [flag]: true, [variable]: representations });
  }
}

export const reference = (kind: Kind, id: string) => ({ __typename: kind, id });

export function key({ at }: List, row: Row): Key {
  const instant = String(row[at]);
  return { at: instant.includes('T') ? instant : londonStart(instant), id: row.id };
}

/** By trying both: written apart from the service's own reckoning. */
export function londonStart(day: string): string {
  const winter = new Date(`${day}T00:00:00Z`);
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', hourCycle: 'h23' });
  const start = hour.format(winter) === '00' ? winter : new Date(winter.getTime() - 3_600_000);
  return start.toISOString().replace('.000Z', 'Z');
}

/** A walk's sizes and bounds by chance that is the same in every run. */
export function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
