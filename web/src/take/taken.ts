/** A question as it is taken along: what is asked, and of which server. Never who asks. */
export interface Taken {
  query: string;
  variables: Readonly<Record<string, unknown>>;
  /** Which one is meant, where the query holds several. */
  operationName?: string;
  /** The server's origin, such as `https://folkmoot.example`. */
  server: string;
}

/** The API's path on every server. */
export const PATH = 'graphql';

export function endpointOf({ server }: Taken): string {
  return new URL(`/${PATH}`, server).href;
}

/** What is sent as JSON. */
export function bodyOf({ query, variables, operationName }: Taken): Readonly<Record<string, unknown>> {
  return { query, variables, ...(operationName && { operationName }) };
}
