import { describe, expect, it } from 'vitest';
import { listsIn } from './lists';
import { sourcesIn } from './sources';
import { type Standing, standingOf } from './standing';

const fresh = { region: 'london', name: 'London', state: 'FRESH', note: 'London answered.' };
const stale = { region: 'south', name: 'South', state: 'STALE', note: 'South timed out; rows as of 3 June 2027.' };
const missing = { region: 'kent', name: 'Kent', state: 'MISSING', note: 'Kent could not be reached.' };
const paused = { region: 'east', name: 'East', state: 'MISSING', note: 'East is paused: the sheet moves' };

function standing(list: object, ofAnswer: readonly unknown[] = []): Standing | null {
  return standingOf(listsIn({ meetups: { nodes: [], ...list } })[0], sourcesIn(ofAnswer));
}

function told(list: object, ofAnswer: readonly unknown[] = []): string[] {
  const { kind, verdict, words } = standing(list, ofAnswer) ?? { kind: 'none', verdict: '', words: '' };
  return [kind, `${verdict} ${words}`.trim()];
}

describe('standingOf', () => {
  it('says nothing of an answer that says nothing of itself', () => {
    expect(standing({})).toBeNull();
    expect(standingOf(undefined, [])).toBeNull();
  });

  it.each([
    ['one region', [fresh], 'Complete. London answered.'],
    ['several', [fresh, { ...fresh, region: 'south' }], 'Complete. 2 regions answered.'],
    ['none that is known', [], 'Complete. The national register answered.'],
  ])('tells that %s answered', (_, sources, words) => {
    expect(told({ complete: true, note: 'Complete: the national register answered.' }, sources)).toEqual([
      'complete',
      words,
    ]);
  });

  it('tells which region is missing, and what that means', () => {
    const note = 'Incomplete: Kent could not be reached; ask again, or use its gap cursor.';

    expect(told({ complete: false, note }, [fresh, missing])).toEqual([
      'incomplete',
      'Incomplete. Kent could not be reached. What it has is missing.',
    ]);
    expect(told({ complete: false, note }, [missing, paused])).toEqual([
      'incomplete',
      'Incomplete. Kent could not be reached. East is paused: the sheet moves. What they have is missing.',
    ]);
  });

  it('never calls an answer complete that lacks a region, though nobody asked whether it is', () => {
    expect(told({}, [fresh, missing])[0]).toBe('incomplete');
    expect(standingOf(undefined, sourcesIn([missing]))?.kind).toBe('incomplete');
  });

  it('tells which rows are older', () => {
    expect(told({ complete: true, note: 'Complete: 2 of 2 regions answered.' }, [fresh, stale])).toEqual([
      'older',
      'Complete, with older rows. South timed out; rows as of 3 June 2027.',
    ]);
  });

  it('takes what a list says of its own sources before what is said of the whole answer', () => {
    expect(told({ complete: true, sources: [fresh] }, [fresh, missing])).toEqual([
      'complete',
      'Complete. London answered.',
    ]);
  });

  it('tells that another list of the answer lacks a region', () => {
    expect(told({ complete: true, note: 'Complete: London answered.' }, [fresh, missing])).toEqual([
      'incomplete',
      'This list is complete, the rest of the answer is not. Kent could not be reached. What it has is missing.',
    ]);
  });

  it.each([
    [{ complete: true, note: 'Published figures of 2026.' }, ['complete', 'Complete. Published figures of 2026.']],
    [{ complete: false, note: 'Kent was late.' }, ['incomplete', 'Incomplete. Kent was late.']],
    [{ note: 'Looked at the latest round.' }, ['said', 'Looked at the latest round.']],
    [{ complete: false }, ['incomplete', 'Incomplete. Something is missing.']],
  ])('takes %j at its word', (list, expected) => {
    expect(told(list)).toEqual(expected);
  });

  it('keeps what a table says of its figures beside how the regions answered', () => {
    expect(told({ complete: true, note: 'Votes are of today.' }, [fresh])).toEqual([
      'complete',
      'Complete. London answered. Votes are of today.',
    ]);
  });
});

it('a source is told by its name, else its code, where its note was not asked for', () => {
  const notes = sourcesIn([
    { state: 'MISSING', name: 'Kent' },
    { state: 'FRESH', region: 'south' },
    { state: 'ODD' },
    1,
  ]);

  expect(notes.map(({ note }) => note)).toEqual(['Kent gave no answer.', 'south answered.']);
});
