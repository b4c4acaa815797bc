import { describe, expect, it } from 'vitest';
import { readQuery } from './query';

describe('readQuery', () => {
  it.each([
    ['no GraphQL', 'which meet-ups?'],
    ['several operations', 'query A { a } query B { b }'],
    ['something that would change data', 'mutation { withdraw }'],
    ['a subscription', 'subscription { changes }'],
    ['fragments alone', 'fragment F on Query { a }'],
  ])('refuses %s', (_, text) => {
    expect(readQuery(text)).toBeNull();
  });

  it('lays out a query that came on one line', () => {
    expect(readQuery('query($it: ID!) { node(id: $it) { id } }')?.text).toBe(
      'query ($it: ID!) {\n  node(id: $it) {\n    id\n  }\n}',
    );
  });

  it('leaves alone what was laid out already', () => {
    const text = '# mine\n{ regions { code } }\n';

    expect(readQuery(text)?.text).toBe(text);
  });
});
