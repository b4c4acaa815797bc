import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GraphQLAnswer } from './transport';

const store = new Map<string, string>();
const fetching = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => store.set(key, value),
    removeItem: (key: string) => store.delete(key),
  });
  vi.stubGlobal('fetch', fetching);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
  fetching.mockReset();
  store.clear();
});

async function asked(response: Response): Promise<GraphQLAnswer> {
  fetching.mockResolvedValue(response);
  const { send } = await import('./transport');
  return send({ query: '{ regions { code } }' });
}

function sentHeaders(): Headers {
  return new Headers(fetching.mock.calls[0]?.[1]?.headers);
}

describe('send', () => {
  it('passes on answers, with errors and with any status', async () => {
    const answer = { errors: [{ message: 'unknown region' }] };

    expect(await asked(Response.json(answer, { status: 400 }))).toEqual(answer);
  });

  it('says in a sentence that the network is down', async () => {
    fetching.mockRejectedValue(new TypeError('Failed to fetch'));
    const { send } = await import('./transport');

    const { errors } = await send({ query: '{ regions { code } }' });

    expect(errors?.[0]?.message).toBe('Folkmoot could not be reached. Check your connection, then ask again.');
  });

  it.each([
    [413, 'too long'],
    [429, 'Too many questions'],
    [502, 'status 502'],
    [404, 'status 404'],
  ])('says in a sentence what status %i means when a proxy answers', async (status, words) => {
    const { errors } = await asked(new Response('<h1>Oops</h1>', { status }));

    expect(errors?.[0]?.message).toContain(words);
  });

  it('sends no authorization without a token', async () => {
    await asked(Response.json({ data: {} }));

    expect(sentHeaders().has('authorization')).toBe(false);
  });

  it('sends the token that the tab keeps, and says when it is refused', async () => {
    store.set('folkmoot.token', 'secret');

    const { errors } = await asked(Response.json({ errors: [{ message: 'expired' }] }, { status: 401 }));

    const { forgetToken, currentToken } = await import('./token');
    expect(sentHeaders().get('authorization')).toBe('Bearer secret');
    expect(errors?.[0]?.message).toContain('not accepted');
    forgetToken();
    expect(currentToken()).toBeNull();
    expect(store.size).toBe(0);
  });
});
