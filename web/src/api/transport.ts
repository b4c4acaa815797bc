/** The one way from these pages to the API: it always comes back with an answer that people can read. */
import { currentToken, tokenRefused } from './token';

export interface GraphQLRequest {
  query: string;
  variables?: unknown;
  operationName?: string | null | undefined;
}

export interface GraphQLAnswer {
  data?: unknown;
  errors?: readonly { message: string }[];
}

const ENDPOINT = '/graphql';

/** Sends a request with the reader's token, or with another one that is yet to be tried. */
export async function send(request: GraphQLRequest, token = currentToken()): Promise<GraphQLAnswer> {
  let response: Response;
  try {
    response = await fetch(ENDPOINT, {
      method: 'POST',
      credentials: 'omit',
      headers: {
        accept: 'application/graphql-response+json, application/json;q=0.9',
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(request),
    });
  } catch {
    return failure('Folkmoot could not be reached. Check your connection, then ask again.');
  }
  if (response.status === 401) {
    tokenRefused(token);
    return failure('Your token was not accepted: it may be mistyped, expired or withdrawn.');
  }
  return (await answerIn(response)) ?? failure(reasonFor(response.status));
}

// A proxy on the way may answer with a page of its own.
async function answerIn(response: Response): Promise<GraphQLAnswer | undefined> {
  try {
    const answer: unknown = await response.json();
    return isAnswer(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}

function isAnswer(value: unknown): value is GraphQLAnswer {
  return typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);
}

function failure(message: string): GraphQLAnswer {
  return { errors: [{ message }] };
}

function reasonFor(status: number): string {
  if (status === 413) return 'The question is too long for the server. Ask for less at once.';
  if (status === 429) return 'Too many questions at once. Wait a minute, then ask again.';
  if (status >= 500) return `Folkmoot is not well at the moment (status ${status}). Try again in a minute.`;
  return `The server did not understand the question (status ${status}).`;
}
