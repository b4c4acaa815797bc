import { describe, expect, it } from 'vitest';
import type { Answer, Meetup } from './answer';
import type { Outcome } from './ask';
import { asking, NOTHING, pause, settled, viewOf, type Cause, type State } from './state';

const empty: Answer = { title: '', state: 'FRESH', notice: '', none: '', meetups: [], pageUrl: '', calendarUrl: '' };
const full: Answer = { ...empty, meetups: [{ title: 'Lean coffee' } as Meetup] };

const answered = (answer: Answer): Outcome => ({ kind: 'answered', answer });
const unavailable: Outcome = { kind: 'unavailable', reason: 'HTTP 503', code: '' };
const refused: Outcome = { kind: 'refused', reason: 'there is no region lodnon', code: 'UNKNOWN_REFERENCE' };

/** The state after questions, each with what came back; without an outcome it still runs. */
function after(...steps: [address: string, cause: Cause, outcome?: Outcome][]): State {
  return steps.reduce((state, [address, cause, outcome]) => {
    const asked = asking(state, address, cause);
    return outcome ? settled(asked, outcome) : asked;
  }, NOTHING);
}

const slow = (state: State): State => ({ ...state, isSlow: true });

describe('what is to be seen', () => {
  it('is the fallback at first, and the word that it loads only after a while', () => {
    const loading = after(['a', 'changed']);

    expect(viewOf(loading)).toMatchObject({ kind: 'waiting', saysLoading: false, isBusy: true, hasButton: false });
    expect(viewOf(slow(loading)).saysLoading).toBe(true);
  });

  it.each([
    [full, 'list'],
    [empty, 'empty'],
  ])('is the answer', (answer, kind) => {
    expect(viewOf(after(['a', 'changed', answered(answer)]))).toMatchObject({
      kind,
      answer,
      isOutdated: false,
      hasButton: false,
      isBusy: false,
    });
  });

  it('is a failure with a button', () => {
    expect(viewOf(after(['a', 'changed', unavailable]))).toMatchObject({
      kind: 'unavailable',
      hasButton: true,
      reason: '',
    });
  });

  it('is a refusal with its reason, and no button', () => {
    expect(viewOf(after(['a', 'changed', refused]))).toMatchObject({
      kind: 'refused',
      hasButton: false,
      reason: 'there is no region lodnon',
    });
  });

  it.each([unavailable, refused])('is the last good list when it cannot be renewed', (problem) => {
    const state = after(['a', 'changed', answered(full)], ['a', 'timer', problem]);

    expect(viewOf(state)).toMatchObject({ kind: 'list', answer: full, isOutdated: true, reason: '' });
  });

  it('is never the list of another question, once that one failed', () => {
    const steps: [string, Cause, Outcome?][] = [
      ['a', 'changed', answered(full)],
      ['b', 'changed'],
    ];

    expect(viewOf(after(...steps))).toMatchObject({ kind: 'list', isBusy: true });
    expect(viewOf(settled(after(...steps), unavailable))).toMatchObject({ kind: 'unavailable', answer: null });
  });

  it('stays a failure while the timer tries again', () => {
    expect(viewOf(slow(after(['a', 'changed', unavailable], ['a', 'timer'])))).toMatchObject({
      kind: 'unavailable',
      saysLoading: false,
      hasButton: true,
    });
  });

  it('is loading with the button still there after it was pressed', () => {
    expect(viewOf(slow(after(['a', 'changed', unavailable], ['a', 'pressed'])))).toMatchObject({
      kind: 'waiting',
      saysLoading: true,
      hasButton: true,
    });
  });

  it('says nothing of loading while a list is there, unless the button was pressed', () => {
    const list: [string, Cause, Outcome?] = ['a', 'changed', answered(full)];

    expect(viewOf(slow(after(list, ['a', 'timer']))).saysLoading).toBe(false);
    expect(viewOf(slow(after(list, ['a', 'timer', unavailable], ['a', 'pressed']))).saysLoading).toBe(true);
  });
});

describe('when to ask again', () => {
  const failed = (times: number, cause: Cause = 'timer'): State =>
    after(...Array.from({ length: times }, (): [string, Cause, Outcome] => ['a', cause, unavailable]));

  it.each([
    [1, 1_000, 3_000],
    [2, 4_000, 12_000],
    [3, 16_000, 48_000],
    [4, 900_000, 900_000],
  ])('is after failure %d within %d to %d ms', (failures, least, most) => {
    expect([pause(failed(failures), 0), pause(failed(failures), 1)]).toEqual([least, most]);
  });

  it('counts anew when the page comes back or the button is pressed', () => {
    expect(pause(failed(5, 'woken'), 0)).toBe(1_000);
    expect(pause(failed(5, 'pressed'), 0)).toBe(1_000);
  });

  it('is a quarter of an hour after an answer', () => {
    expect(pause(after(['a', 'changed', answered(full)]), 0.3)).toBe(900_000);
  });

  it('is never after a refusal', () => {
    expect(pause(after(['a', 'changed', refused]), 0.3)).toBeNull();
  });
});
