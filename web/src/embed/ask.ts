/** The one request: without cookies, without a referrer, to the gateway and nowhere else. */
import { fieldsOf, readAnswer, type Answer } from './answer';
import { textOf } from './text';

/** Why there is no answer. `refused`: the question is wrong, and asking it again does not help. */
export interface Problem {
  kind: 'refused' | 'unavailable';
  /** For the authors of the page. */
  reason: string;
  /** The gateway's code, or empty. */
  code: string;
}

export type Outcome = { kind: 'answered'; answer: Answer } | Problem;

/** A visitor has moved on by then, and a gateway that works answers within one second. */
const PATIENCE_MS = 10_000;

/** Timed out, too early, too many: refusals that only mean not now. */
const NOT_NOW = [408, 425, 429];

/** Asks; whoever aborts the request does not wait for what comes back. */
export async function ask(address: string, origin: string, request: AbortController): Promise<Outcome> {
  const timer = setTimeout(() => request.abort(), PATIENCE_MS);
  try {
    const response = await fetch(address, {
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      // A redirection would lead to a host that the page has not named.
      redirect: 'error',
      signal: request.signal,
    });
    // Pages that stand in for an answer, of a proxy perhaps, are no JSON.
    const body: unknown = await response.json().catch(() => null);
    return outcomeOf(response.status, body, origin);
  } catch (error) {
    return { kind: 'unavailable', reason: String(error), code: '' };
  } finally {
    clearTimeout(timer);
  }
}

export function outcomeOf(status: number, body: unknown, origin: string): Outcome {
  if (status < 300) {
    const answer = readAnswer(body, origin);
    return answer ? { kind: 'answered', answer } : { kind: 'unavailable', reason: 'not an answer', code: '' };
  }
  const { errors } = fieldsOf(body);
  const first = fieldsOf(Array.isArray(errors) ? errors[0] : null);
  return {
    kind: status < 500 && !NOT_NOW.includes(status) ? 'refused' : 'unavailable',
    reason: textOf(first.message) || `HTTP ${status}`,
    code: textOf(fieldsOf(first.extensions).code),
  };
}
