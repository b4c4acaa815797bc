/** Makes text and addresses from elsewhere fit to be shown. Pure. */

/** More than any name or sentence needs; a megabyte of title must not push the page away. */
const LONGEST = 500;

/** Marks that turn the direction of what follows, by which text can pretend to be other text. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const BLANKS = /[\s\p{Cc}]+/gu;

/** One line of bounded length; empty if there is no text. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') return '';
  const line = value
    .slice(0, 4 * LONGEST)
    .replace(DIRECTION, '')
    .replace(BLANKS, ' ')
    .trim();
  // By characters: half of one would show as a box.
  const characters = Array.from(line);
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('')}…` : line;
}

/** An address to link to, or empty. Only a gateway that is itself without encryption may lead to pages without it. */
export function linkOf(value: unknown, origin: string): string {
  if (typeof value !== 'string') return '';
  try {
    const { protocol, href } = new URL(value);
    return protocol === 'https:' || (protocol === 'http:' && origin.startsWith('http:')) ? href : '';
  } catch {
    return '';
  }
}
