/**
 * The only way to the document: elements named in the source, text as text nodes. No markup is ever read from a string,
 * so a page may require Trusted Types, and text from elsewhere stays text.
 */

/** What stands in an element; nothing for what is absent. */
export type Content = Node | string | null;

/** An element, addressable by a page's styles under the name of its part. */
export function node<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  part: string,
  ...content: readonly Content[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.setAttribute('part', part);
  fill(element, ...content);
  return element;
}

export function fill(element: Element, ...content: readonly Content[]): void {
  element.replaceChildren(...content.filter((item): item is Node | string => item !== null && item !== ''));
}

/** A link, or its bare text where there is nowhere safe to lead to. */
export function link(part: string, href: string, ...content: readonly Content[]): HTMLElement {
  if (!href) return node('span', part, ...content);
  const anchor = node('a', `link ${part}`, ...content);
  anchor.href = href;
  return anchor;
}

/** Text for those who hear the page: what tells apart links that look alike. */
export function unseen(text: string): HTMLElement {
  const span = node('span', 'unseen', text);
  span.className = 'unseen';
  return span;
}
