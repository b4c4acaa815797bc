import { expect, it } from 'vitest';
import { sentence } from './sentence';

it.each([
  ['unknown point', 'Unknown point.'],
  ['Did you mean "agile"?', 'Did you mean "agile"?'],
])('%s reads %s', (fragment, expected) => {
  expect(sentence(fragment)).toBe(expected);
});
