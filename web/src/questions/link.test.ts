import { describe, expect, it } from 'vitest';
import { queryLink, questionLink, readLink } from './link';
import { questions } from './question';

const page = 'https://folkmoot.example/playground/?question=old#top';

describe('readLink', () => {
  it.each(questions)('reads back the link to $slug', (question) => {
    const picks = Object.fromEntries(question.inputs.map(({ name }) => [name, `some ${name} & more`]));

    const { search } = new URL(questionLink(page, question, picks));

    expect(readLink(search)).toEqual({ kind: 'question', slug: question.slug, picks });
  });

  it('reads an empty choice as all of them', () => {
    expect(readLink('?question=case-studies&region=')).toEqual({
      kind: 'question',
      slug: 'case-studies',
      picks: { region: null },
    });
  });

  it('reads back the link to a query', () => {
    const { search } = new URL(queryLink(page, '{ regions { code } }', '{"a": "&"}'));

    expect(readLink(search)).toEqual({ kind: 'query', query: '{ regions { code } }', variables: '{"a": "&"}' });
  });

  it.each(['', '?', '?utm=1', '?query='])('finds nothing in %j', (search) => {
    expect(readLink(search)).toBeNull();
  });
});

it('links replace what the page was opened with', () => {
  expect(queryLink(page, '{ a }', '')).toBe('https://folkmoot.example/playground/?query=%7B+a+%7D');
});
