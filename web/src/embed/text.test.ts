import { describe, expect, it } from 'vitest';
import { linkOf, textOf } from './text';

describe('text', () => {
  it.each([
    ['  Lean\tcoffee\r\nin  Leeds ', 'Lean coffee in Leeds'],
    ['a\u0000b', 'a b'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['=HYPERLINK("x")', '=HYPERLINK("x")'],
    ['paid \u202eeerf\u202c', 'paid eerf'],
    ['\u2066isolated\u2069\u200f', 'isolated'],
    ['👩‍💻 Cyfarfod Ŵ', '👩‍💻 Cyfarfod Ŵ'],
  ])('%o becomes %o', (text, expected) => {
    expect(textOf(text)).toBe(expected);
  });

  it.each([null, undefined, 5, {}, ['x']])('%o is no text', (value) => {
    expect(textOf(value)).toBe('');
  });

  it('is cut between characters, however long', () => {
    const cut = textOf('🏛'.repeat(1_000_000));

    expect(cut).toBe(`${'🏛'.repeat(500)}…`);
  });
});

describe('links', () => {
  it.each(['https://kent.example/book?a=1', 'HTTPS://kent.example'])('lead to %s', (address) => {
    expect(linkOf(address, 'https://gateway.example')).toBe(new URL(address).href);
  });

  it.each([
    'javascript:alert(1)',
    ' java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'blob:https://kent.example/1',
    'http://kent.example',
    '//kent.example',
    '/meetups',
    '',
    7,
    null,
  ])('do not lead to %o', (address) => {
    expect(linkOf(address, 'https://gateway.example')).toBe('');
  });

  it('may be unencrypted only if the gateway is', () => {
    expect(linkOf('http://127.0.0.1:8080/meetups', 'http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080/meetups');
    expect(linkOf('javascript:alert(1)', 'http://127.0.0.1:8080')).toBe('');
  });
});
