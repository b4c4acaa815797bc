/** Links that open a question, or any query. They hold what is asked and never who asks. */
import { type Question, type Values } from './question';

export type Link =
  { kind: 'question'; slug: string; picks: Values } | { kind: 'query'; query: string; variables: string };

/** What a page's address asks for, if anything. */
export function readLink(search: string): Link | null {
  const { question, query, variables, ...picks } = Object.fromEntries(new URLSearchParams(search));
  if (question) return { kind: 'question', slug: question, picks: opened(picks) };
  return query ? { kind: 'query', query, variables: variables ?? '' } : null;
}

// An empty choice is written `region=`, and means all regions.
function opened(picks: Record<string, string>): Values {
  return Object.fromEntries(Object.entries(picks).map(([name, value]) => [name, value.trim() || null]));
}

export function questionLink(page: string, { slug }: Question, variables: Values): string {
  const words = new URLSearchParams({ question: slug });
  for (const [name, value] of Object.entries(variables)) words.set(name, value ?? '');
  return withWords(page, words);
}

export function queryLink(page: string, query: string, variables: string): string {
  const words = new URLSearchParams({ query });
  if (variables.trim()) words.set('variables', variables);
  return withWords(page, words);
}

function withWords(page: string, words: URLSearchParams): string {
  const address = new URL(page);
  address.search = words.toString();
  address.hash = '';
  return address.href;
}
