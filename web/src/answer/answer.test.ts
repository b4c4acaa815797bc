import { describe, expect, it } from 'vitest';
import { answerOf, sentence } from './answer';

describe('answerOf', () => {
  it('tells errors as sentences, each once', () => {
    const response = JSON.stringify({
      data: null,
      errors: [{ message: 'unknown region' }, { message: 'unknown region' }],
    });

    expect(answerOf(response)).toEqual({ lists: [], problems: ['Unknown region.'] });
  });

  it('keeps the lists of an answer that has errors too', () => {
    const response = JSON.stringify({ data: { regions: [{ code: 'london' }] }, errors: [{ message: 'One is down.' }] });

    const { lists, problems } = answerOf(response);

    expect(lists.map(({ name }) => name)).toEqual(['regions']);
    expect(problems).toEqual(['One is down.']);
  });

  it('is empty before anything is asked', () => {
    expect(answerOf(' ')).toEqual({ lists: [], problems: [] });
  });

  it('passes on what is not JSON', () => {
    expect(answerOf('Error: no schema').problems).toEqual(['Error: no schema.']);
  });
});

it.each([
  ['unknown point', 'Unknown point.'],
  ['Did you mean "agile"?', 'Did you mean "agile"?'],
])('%s reads %s', (fragment, expected) => {
  expect(sentence(fragment)).toBe(expected);
});
