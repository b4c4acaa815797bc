import { expect, it } from 'vitest';
import { words, type Words } from './words';

const keys = Object.keys(words.en) as (keyof Words)[];

it.each(keys)('%s is said in both languages, each in its own words', (key) => {
  expect(words.en[key]).not.toBe('');
  expect(words.cy[key]).not.toBe('');
  expect(words.cy[key]).not.toBe(words.en[key]);
});

it.each(keys)('%s is a sentence in both languages or in neither', (key) => {
  expect(words.cy[key].endsWith('.')).toBe(words.en[key].endsWith('.'));
});
