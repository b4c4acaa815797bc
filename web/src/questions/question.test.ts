import { describe, expect, it } from 'vitest';
import { type Question, questions, variablesOf } from './question';

const question = (slug: string): Question => {
  const found = questions.find((candidate) => candidate.slug === slug);
  if (!found) throw new Error(`no question ${slug}`);
  return found;
};

describe('questions', () => {
  it('each have a name of their own and an operation to match', () => {
    expect(new Set(questions.map(({ slug }) => slug)).size).toBe(questions.length);
    expect(new Set(questions.map(({ query }) => query.operation.name?.value)).size).toBe(questions.length);
  });

  it.each(questions)('$slug can be asked at the first click', (asked) => {
    const missing = asked.inputs.filter(({ optional, initial }) => !optional && !initial);

    expect(missing).toEqual([]);
  });

  it.each(questions)('$slug tells what it answers and how to read that', ({ about, help, query }) => {
    expect(about).toMatch(/^[A-Z].*\.$/);
    expect(help).toMatch(/^[A-Za-z].{40,360}\.$/);
    const columns = help.match(/\b[a-z]+[A-Z]\w*/g) ?? [];
    expect(columns.filter((column) => !new RegExp(`\\b${column}\\b`).test(query.text))).toEqual([]);
  });

  it('derive their inputs from the types of their variables', () => {
    expect(question('point-covered').inputs).toEqual([
      { name: 'point', choice: 'point', optional: false, initial: 'agile' },
      { name: 'region', choice: 'region', optional: true, initial: null },
    ]);
  });
});

describe('variablesOf', () => {
  it('takes the picks that the question has', () => {
    expect(variablesOf(question('upcoming-meetups'), { region: ' midlands ', council: 'york' })).toEqual({
      region: 'midlands',
    });
  });

  it('falls back to the defaults', () => {
    expect(variablesOf(question('upcoming-meetups'), {})).toEqual({ region: 'london' });
  });

  it('asks for all where the choice was left open and may be', () => {
    expect(variablesOf(question('upcoming-meetups'), { region: null })).toEqual({ region: null });
    expect(variablesOf(question('who-belongs'), { region: null })).toEqual({ region: 'london' });
  });
});
