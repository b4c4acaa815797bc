/** What an answer says about the regions that it asked, whatever was selected of it. */
import { isObject } from './object';

export type SourceState = 'FRESH' | 'STALE' | 'MISSING';

export interface Source {
  state: SourceState;
  /** How it answered, as a sentence. */
  note: string;
}

const STATES: readonly unknown[] = ['FRESH', 'STALE', 'MISSING'] satisfies SourceState[];

/** What is told if a query leaves the note out. */
const words: Readonly<Record<SourceState, string>> = {
  FRESH: 'answered.',
  STALE: 'gave older rows.',
  MISSING: 'gave no answer.',
};

export function sourcesIn(value: unknown): Source[] {
  return Array.isArray(value) ? value.flatMap((status) => sourceIn(status)) : [];
}

function sourceIn(status: unknown): Source[] {
  if (!isObject(status) || !STATES.includes(status.state)) return [];
  const state = status.state as SourceState;
  const { note, name, region } = status;
  if (typeof note === 'string') return [{ state, note }];
  const called = [name, region].find((text) => typeof text === 'string') ?? 'A region';
  return [{ state, note: `${called} ${words[state]}` }];
}
