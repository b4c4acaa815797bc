/** Asks the pages' own typed documents. */
import type { TypedDocumentString } from './generated/graphql';
import { send } from './transport';

export async function ask<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  token?: string | null,
): Promise<Result> {
  const { data, errors } = await send({ query: document.toString(), variables }, token);
  const problem = errors?.[0];
  if (problem) throw new Error(problem.message);
  return data as Result;
}
