/** Reads what the response editor holds: a GraphQL answer, or why there is none. */
import { type AnswerList, listsIn } from './lists';
import { isObject } from './object';
import { sentence } from './sentence';
import { type Source, sourcesIn } from './sources';

export interface Answer {
  lists: readonly AnswerList[];
  /** What went wrong, as sentences for people. */
  problems: readonly string[];
  /** How the regions answered that were asked for any part of it. */
  sources: readonly Source[];
}

const nothing: Answer = { lists: [], problems: [], sources: [] };

export function answerOf(response: string): Answer {
  if (!response.trim()) return nothing;
  let answer: unknown;
  try {
    answer = JSON.parse(response);
  } catch {
    return { ...nothing, problems: [sentence(response)] };
  }
  if (!isObject(answer)) return nothing;
  const errors = Array.isArray(answer.errors) ? answer.errors : [];
  const extensions = isObject(answer.extensions) ? answer.extensions : {};
  return {
    lists: listsIn(answer.data),
    problems: [...new Set(errors.map(messageOf))],
    sources: sourcesIn(extensions.sources),
  };
}

function messageOf(error: unknown): string {
  return isObject(error) && typeof error.message === 'string' ? sentence(error.message) : 'Something went wrong.';
}
