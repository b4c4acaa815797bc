/**
 * The region's tables. Put your own database here: what the rest needs of it is the order of each list as one index,
 * and public rows alone.
 */
import Libsql from 'libsql';

export type Database = Libsql.Database;
export type Value = string | number | null;
export type Row = Record<string, Value>;

export function open(file: string): Database {
  const database = new Libsql(file);
  // Readers do not wait for whoever edits.
  database.exec('pragma journal_mode = wal');
  database.exec(TABLES);
  return database;
}

export function all(database: Database, sql: string, values: Value[]): Row[] {
  return database.prepare(sql).all(...values) as Row[];
}

/** Runs `work` as one transaction: all of it, or nothing. */
export function together(database: Database, work: () => void): void {
  database.exec('begin immediate');
  try {
    work();
    database.exec('commit');
  } catch (error) {
    database.exec('rollback');
    throw error;
  }
}

// Instants are whole seconds since 1970: the contract orders by whole seconds, and numbers compare alike everywhere.
// Ids are lower-case text, since that is how they are compared. What is never filtered by is JSON.
const TABLES = `
create table if not exists region (
  code text primary key, name text not null, contact text, licence text, attribution text, website text,
  epoch text not null
) strict;
create table if not exists peer_groups (
  slug text primary key, name text not null, time_zone text not null, first_met_on text
) strict;
create table if not exists members (
  group_slug text not null references peer_groups, council text not null, from_day text, until_day text,
  is_home integer not null, primary key (group_slug, council)
) strict;

create table if not exists meetups (
  id text primary key check (id = lower(id)), group_slug text not null references peer_groups, title text not null,
  summary text, status text not null, starts_at integer not null, ends_at integer not null check (ends_at >= starts_at),
  time_zone text not null, attendance text not null, venue text, points text not null, host text, talks text not null,
  booking_url text, materials_url text, synthetic integer not null
) strict;
create index if not exists meetups_in_order on meetups (starts_at, id);

create table if not exists case_studies (
  id text primary key check (id = lower(id)), title text not null, summary text not null, council text,
  points text not null, url text, published_at integer not null, reviewed_on text, synthetic integer not null
) strict;
create index if not exists case_studies_in_order on case_studies (published_at, id);
create virtual table if not exists case_study_words using fts5 (id unindexed, title, summary);

create table if not exists offers (
  id text primary key check (id = lower(id)), council text not null, kind text not null, point text,
  remote integer not null, available_from text, note text, ask_url text not null, offered_at integer not null,
  synthetic integer not null
) strict;
create index if not exists offers_in_order on offers (offered_at, id);

-- held_at is the start in London of the day held_on: the order of the list, worked out once.
create table if not exists assessments (
  id text primary key check (id = lower(id)), council text not null, service text not null, standard text not null,
  stage text not null, kind text not null, held_on text not null, held_at integer not null, scheme text not null,
  result text not null, panel text not null, points text not null, previous text, is_public integer not null,
  synthetic integer not null
) strict;
-- Only public ones are ever listed, so only they are in the index.
create index if not exists assessments_in_order on assessments (held_at, id) where is_public;
`;
