import { afterEach, describe, expect, it, vi } from 'vitest';
import { ask, outcomeOf } from './ask';

const origin = 'https://gateway.example';
const refusal = {
  errors: [{ message: 'there is no region lodnon; did you mean london?', extensions: { code: 'UNKNOWN_REFERENCE' } }],
};

describe('what came back', () => {
  it('is an answer', () => {
    expect(outcomeOf(200, { meetups: [] }, origin)).toMatchObject({ kind: 'answered', answer: { meetups: [] } });
  });

  it('is a refusal in the gateway’s words', () => {
    expect(outcomeOf(400, refusal, origin)).toEqual({
      kind: 'refused',
      reason: 'there is no region lodnon; did you mean london?',
      code: 'UNKNOWN_REFERENCE',
    });
  });

  it.each([
    [404, null, 'refused', 'HTTP 404'],
    [403, { errors: 'no' }, 'refused', 'HTTP 403'],
    [408, null, 'unavailable', 'HTTP 408'],
    [429, refusal, 'unavailable', refusal.errors[0]?.message],
    [500, null, 'unavailable', 'HTTP 500'],
    [503, { errors: [] }, 'unavailable', 'HTTP 503'],
    [200, null, 'unavailable', 'not an answer'],
    [200, { title: 'no list' }, 'unavailable', 'not an answer'],
  ])('with status %d and %o is %s: %s', (status, body, kind, reason) => {
    expect(outcomeOf(status, body, origin)).toMatchObject({ kind, reason });
  });
});

describe('the request', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('gives up on a gateway that does not answer', async () => {
    vi.useFakeTimers();
    const hanging = (_: string, { signal }: RequestInit) =>
      new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    vi.stubGlobal('fetch', hanging);

    const outcome = ask(`${origin}/embed/meetups.json`, origin, new AbortController());
    await vi.advanceTimersByTimeAsync(9_999);
    expect(await Promise.race([outcome, Promise.resolve('waiting')])).toBe('waiting');
    await vi.advanceTimersByTimeAsync(1);

    expect(await outcome).toMatchObject({ kind: 'unavailable', reason: 'Error: aborted' });
  });

  it('carries nothing of the visitor', async () => {
    const asked = vi.fn<typeof fetch>(() => Promise.resolve(Response.json({ meetups: [] })));
    vi.stubGlobal('fetch', asked);

    await ask(`${origin}/embed/meetups.json`, origin, new AbortController());

    expect(asked.mock.calls[0]?.[1]).toMatchObject({
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'error',
    });
  });
});
