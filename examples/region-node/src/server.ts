/** HTTP: one address, a limit on what is read, and a token where one was agreed on. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { GraphQLError, parse } from 'graphql';
import { createHandler } from 'graphql-http';
import type { Database } from './database.js';
import { Budget } from './lists.js';
import { resolvers, schema } from './schema.js';

/** A hundred requests for pages with long filters, and five hundred ids, have a fifth of that. */
const MAX_BODY_BYTES = 1_000_000;
/** The contract's query has about 400. */
const MAX_TOKENS = 1_000;
/** Longer than gateways keep an unused connection, so that they are the ones to end it. */
const KEEP_ALIVE_MS = 100_000;
/** Readers have long gone on without this region by then. */
const REQUEST_MS = 10_000;

export interface Options {
  database: Database;
  /** Whoever asks must send it as a bearer token; nobody has to if absent. */
  token?: string | undefined;
  clock?: () => number;
}

type Reply = [body: string | null, status: number, headers?: Record<string, string>];

export function server(options: Options): Server {
  const handle = graphql(options);
  const reply = async (request: IncomingMessage): Promise<Reply> => {
    if (request.url?.split('?')[0] !== '/graphql') return problem(404, 'ask /graphql');
    if (request.method !== 'POST') return problem(405, 'send the query by POST', { allow: 'POST' });
    if (options.token && !isToken(options.token, request.headers.authorization)) {
      return problem(401, 'send the token that was agreed on', { 'www-authenticate': 'Bearer' });
    }
    const body = await read(request);
    // What was not read is still on its way, so the connection is of no more use.
    if (body === null) return problem(413, `send at most ${MAX_BODY_BYTES} bytes`, { connection: 'close' });
    return handle(request, body);
  };
  const listener = createServer((request, response) => {
    reply(request)
      .catch((error: unknown) => {
        console.error('request failed', error);
        return problem(500, 'something went wrong here: try again later');
      })
      .then((answer) => send(response, answer));
  });
  listener.keepAliveTimeout = KEEP_ALIVE_MS;
  listener.requestTimeout = REQUEST_MS;
  return listener;
}

function graphql({ database, clock = () => Date.now() / 1_000 }: Options) {
  const handle = createHandler({
    schema: schema(),
    rootValue: resolvers(database, clock),
    context: () => ({ budget: new Budget() }),
    parse: (source) => parse(source, { maxTokens: MAX_TOKENS }),
    formatError: told,
  });
  return async (request: IncomingMessage, body: string): Promise<Reply> => {
    const [text, init] = await handle({
      method: 'POST',
      url: '/graphql',
      headers: request.headers as Record<string, string>,
      body,
      raw: request,
      context: undefined,
    });
    return [text, init.status, init.headers ?? {}];
  };
}

/** What a caller did is told to the caller; what broke in here is told to the log. */
function told(error: Readonly<GraphQLError | Error>): GraphQLError | Error {
  const cause = error instanceof GraphQLError ? error.originalError : error;
  if (!cause || cause instanceof GraphQLError) return error;
  console.error('field failed', cause);
  const path = error instanceof GraphQLError ? error.path : undefined;
  return new GraphQLError('something went wrong here: try again later', { path });
}

/** The body as text; null if it is too long. */
async function read(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Compares digests, in a time that tells nothing of how much of a guess was right. */
function isToken(token: string, authorization = ''): boolean {
  const sent = /^bearer +(.+)$/i.exec(authorization)?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(sent), digest(token));
}

function problem(status: number, message: string, headers: Record<string, string> = {}): Reply {
  const body = JSON.stringify({ errors: [{ message }] });
  return [body, status, { 'content-type': 'application/json; charset=utf-8', ...headers }];
}

function send(response: ServerResponse, [body, status, headers = {}]: Reply): void {
  response.writeHead(status, headers).end(body);
}
