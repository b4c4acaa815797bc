/**
 * What stands in the shadow of the element. The outer parts stay, so that messages are announced when they change and the
 * button keeps the focus; head and body are drawn anew, and the focus finds its link again.
 */
import type { Answer } from './answer';
import { meetupItem } from './meetup';
import { fill, link, node, unseen, type Content } from './nodes';
import type { Settings } from './settings';
import type { View } from './state';
import { dress } from './styles';
import { words, type Words } from './words';

export type Draw = (settings: Settings, view: View) => void;

export function frameIn(shadow: ShadowRoot, retry: () => void): Draw {
  const fallback = document.createElement('slot');
  const head = node('div', 'head');
  const message = node('div', 'message');
  // Politely: a list further down must not interrupt.
  message.setAttribute('role', 'status');
  const aside = node('div', 'aside');
  const button = node('button', 'retry');
  button.type = 'button';
  button.addEventListener('click', retry);
  const body = node('div', 'body');
  const root = node('div', 'root', fallback, head, message, aside, button, body);
  dress(shadow);
  shadow.append(root);

  let drawn = '';
  return (settings, view) => {
    body.setAttribute('aria-busy', String(view.isBusy));
    const wanted = JSON.stringify([settings, { ...view, isBusy: false }]);
    if (wanted === drawn) return;
    drawn = wanted;

    const say = words[settings.language];
    const { answer } = view;
    const held = shadow.activeElement;
    root.lang = settings.language;
    root.setAttribute('part', `root layout-${settings.layout} state-${view.kind}`);
    fallback.hidden = answer !== null;
    fill(head, answer && heading(answer, settings, say));
    // Only what is new: to set the same words would have them read again.
    const text = messageOf(view, say);
    if (message.textContent !== text) message.textContent = text;
    fill(aside, view.kind === 'refused' ? reason(view, say) : null);
    button.textContent = say.retry;
    button.hidden = !view.hasButton;
    fill(body, ...(answer ? list(answer, settings, say) : []));
    if (held instanceof HTMLElement) keepFocus(shadow, held);
  };
}

function messageOf({ kind, answer, saysLoading, isOutdated }: View, say: Words): string {
  if (saysLoading) return say.loading;
  if (kind === 'unavailable') return say.unavailable;
  if (kind === 'refused') return say.refused;
  return [isOutdated ? say.outdated : '', answer?.notice].filter(Boolean).join(' ');
}

// Folded up: a visitor reads past it, and whoever set the element up finds it.
function reason({ reason }: View, say: Words): HTMLElement {
  return node('details', 'details', node('summary', 'summary', say.forEditors), node('p', 'reason', reason));
}

function heading({ title }: Answer, { headingLevel }: Settings, say: Words): HTMLElement {
  return node(`h${headingLevel}` as 'h3', 'title', title || say.title);
}

function list(answer: Answer, settings: Settings, say: Words): Content[] {
  const { meetups, state, pageUrl, calendarUrl } = answer;
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { title } of meetups) (seen.has(title) ? repeated : seen).add(title);
  const namesGroups = !settings.isOfOnePlace || new Set(meetups.map(({ group }) => group)).size > 1;
  const items = meetups.map((meetup) => meetupItem(meetup, { settings, words: say, repeated, namesGroups }));
  // A page may have several lists.
  const which = () => unseen(`: ${answer.title || say.title}`);
  return [
    items.length > 0
      ? listOf(items)
      : node('p', 'empty', state === 'PARTIAL' ? say.noneKnown : answer.none || say.none),
    node(
      'p',
      'more',
      pageUrl ? link('all', pageUrl, say.all, which()) : null,
      // Calendars follow such an address; behind a plain one is a file that is read once.
      calendarUrl ? link('subscribe', calendarUrl.replace(/^https?:/, 'webcal:'), say.subscribe, which()) : null,
    ),
  ];
}

function listOf(items: readonly HTMLElement[]): HTMLElement {
  const element = node('ul', 'list', ...items);
  // Without bullets some browsers no longer say that it is a list.
  element.setAttribute('role', 'list');
  return element;
}

/** The same link again, else the title: whoever pressed the button goes on from what it brought. */
function keepFocus(shadow: ShadowRoot, held: HTMLElement): void {
  if (held.isConnected && !held.hidden) return;
  const href = held.getAttribute('href');
  const same = [...shadow.querySelectorAll('a')].find((link) => href !== null && link.getAttribute('href') === href);
  const title = shadow.querySelector<HTMLElement>('[part=title]');
  if (!same && title) title.tabIndex = -1;
  (same ?? title ?? shadow.querySelector('summary'))?.focus({ preventScroll: true });
}
