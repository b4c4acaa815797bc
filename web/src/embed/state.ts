/** What is known, what is to be seen of it, and when to ask again. Pure. */
import type { Answer } from './answer';
import type { Outcome, Problem } from './ask';

export interface State {
  /** What was asked last. */
  address: string;
  /** The last good answer, and what it answered. */
  answer: Answer | null;
  answered: string;
  /** Why the last question has no answer. */
  problem: Problem | null;
  /** Failures in a row. */
  failures: number;
  isLoading: boolean;
  /** Long enough that the visitor should be told. */
  isSlow: boolean;
  /** The visitor asked, by the button. */
  isPressed: boolean;
}

/** Why to ask: other attributes, a timer, the page coming back, the button. */
export type Cause = 'changed' | 'timer' | 'woken' | 'pressed';

export const NOTHING: State = {
  address: '',
  answer: null,
  answered: '',
  problem: null,
  failures: 0,
  isLoading: false,
  isSlow: false,
  isPressed: false,
};

// An older list stays while a new one loads: a blank would make the page jump twice.
export function asking(state: State, address: string, cause: Cause): State {
  const isSame = address === state.address;
  return {
    ...state,
    address,
    // A problem stands while the timer tries again: a screen reader need not hear of each attempt.
    problem: isSame && cause !== 'pressed' ? state.problem : null,
    failures: isSame && cause === 'timer' ? state.failures : 0,
    isLoading: true,
    isSlow: false,
    isPressed: cause === 'pressed',
  };
}

export function settled(state: State, outcome: Outcome): State {
  const idle = { ...state, isLoading: false, isSlow: false, isPressed: false };
  if (outcome.kind === 'answered') {
    return { ...idle, answer: outcome.answer, answered: state.address, problem: null, failures: 0 };
  }
  // Yesterday's list of the same question beats none; the list of another question would be wrong.
  const answer = state.answered === state.address ? state.answer : null;
  return { ...idle, answer, problem: outcome, failures: state.failures + 1 };
}

export interface View {
  /** The fallback link shows unless there is a list or the word that it is empty. */
  kind: 'waiting' | 'list' | 'empty' | 'unavailable' | 'refused';
  answer: Answer | null;
  /** Loading has taken a while. */
  saysLoading: boolean;
  /** The list was good, and could not be renewed. */
  isOutdated: boolean;
  hasButton: boolean;
  isBusy: boolean;
  /** What the authors of the page should know; empty if nothing. */
  reason: string;
}

export function viewOf({ answer, problem, isLoading, isSlow, isPressed }: State): View {
  const kind = answer ? (answer.meetups.length > 0 ? 'list' : 'empty') : (problem?.kind ?? 'waiting');
  return {
    kind,
    answer,
    saysLoading: isSlow && !problem && (!answer || isPressed),
    isOutdated: answer !== null && problem !== null,
    // It stays while its own request runs, so that it keeps the focus.
    hasButton: problem?.kind === 'unavailable' || isPressed,
    isBusy: isLoading,
    reason: kind === 'refused' && problem ? problem.reason : '',
  };
}

const MOST_RETRIES = 3;
/** The first pause; each next one is four times as long. */
const FIRST_PAUSE_MS = 2_000;
/** Meet-ups change by the day; somebody's open page should not be a day behind. */
const REFRESH_MS = 15 * 60_000;

/** Milliseconds until the next question, if there should be one. `random` is from 0 to 1. */
export function pause({ answer, problem, failures }: State, random: number): number | null {
  if (problem?.kind === 'refused' && !answer) return null;
  if (problem?.kind !== 'unavailable' || failures > MOST_RETRIES) return REFRESH_MS;
  // Half to one and a half: visitors who lost the gateway together do not come back together.
  return FIRST_PAUSE_MS * 4 ** (failures - 1) * (0.5 + random);
}
