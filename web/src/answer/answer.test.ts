import { describe, expect, it } from 'vitest';
import { answerOf } from './answer';

describe('answerOf', () => {
  it('tells errors as sentences, each once', () => {
    const response = JSON.stringify({
      data: null,
      errors: [{ message: 'unknown region' }, { message: 'unknown region' }],
    });

    expect(answerOf(response)).toEqual({ lists: [], problems: ['Unknown region.'], sources: [] });
  });

  it('keeps the lists of an answer that has errors too', () => {
    const response = JSON.stringify({ data: { regions: [{ code: 'london' }] }, errors: [{ message: 'One is down.' }] });

    const { lists, problems } = answerOf(response);

    expect(lists.map(({ name }) => name)).toEqual(['regions']);
    expect(problems).toEqual(['One is down.']);
  });

  it('passes on how the regions answered', () => {
    const sources = [{ region: 'kent', state: 'MISSING', note: 'Kent could not be reached.' }];

    expect(answerOf(JSON.stringify({ data: {}, extensions: { sources } })).sources).toEqual([
      { state: 'MISSING', note: 'Kent could not be reached.' },
    ]);
  });

  it('is empty before anything is asked', () => {
    expect(answerOf(' ')).toEqual({ lists: [], problems: [], sources: [] });
  });

  it('passes on what is not JSON', () => {
    expect(answerOf('Error: no schema').problems).toEqual(['Error: no schema.']);
  });
});
