/** Reads what the response editor holds: a GraphQL answer, or why there is none. */
import { type AnswerList, isObject, listsIn } from './lists';

export interface Answer {
  lists: readonly AnswerList[];
  /** What went wrong, as sentences for people. */
  problems: readonly string[];
}

const nothing: Answer = { lists: [], problems: [] };

export function answerOf(response: string): Answer {
  if (!response.trim()) return nothing;
  let answer: unknown;
  try {
    answer = JSON.parse(response);
  } catch {
    return { lists: [], problems: [sentence(response)] };
  }
  if (!isObject(answer)) return nothing;
  const errors = Array.isArray(answer.errors) ? answer.errors : [];
  return { lists: listsIn(answer.data), problems: [...new Set(errors.map(messageOf))] };
}

function messageOf(error: unknown): string {
  return isObject(error) && typeof error.message === 'string' ? sentence(error.message) : 'Something went wrong.';
}

/** Servers speak in fragments ("unknown region"); people read sentences. */
export function sentence(fragment: string): string {
  const text = fragment.trim();
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
