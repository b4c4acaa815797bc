/**
 * Names and roles that GraphiQL, its explorer and the Monaco editor leave out of their own elements, so that keyboards and
 * screen readers can use them. None of the three has an option for any of this. Each repair says what is wrong without
 * it; one whose fault was mended in a newer version can go by itself. All can be done again and again without harm.
 */

interface Repair {
  /** What needs it. Where a repair changes what is matched, it is done once. */
  at: string;
  make: (element: HTMLElement) => void;
}

const repairs: readonly Repair[] = [
  // nested-interactive: a tab may not hold buttons. Nor do arrow keys go from one to the next, so it is a list of buttons.
  { at: '.graphiql-tabs[role="tablist"]', make: (tabs) => tabs.setAttribute('role', 'list') },
  { at: '.graphiql-tab[role="tab"]', make: (tab) => tab.removeAttribute('role') },
  { at: '.graphiql-tab[aria-selected]', make: tellWhichIsShown },
  { at: '#graphiql-session[role="tabpanel"]', make: (session) => session.setAttribute('role', 'group') },
  // All buttons that close a tab have the same name.
  { at: '.graphiql-tab-close', make: (button) => name(button, `Close ${textOf(button.previousElementSibling)}`) },

  // GraphiQL's icons are titled by what its build made of their names in code, such as "f e icon", and read out so.
  {
    at: ':is(.graphiql-container, .graphiql-dialog) svg:not([aria-hidden])',
    make: (icon) => icon.setAttribute('aria-hidden', 'true'),
  },
  // Without that title this button has no name; its field has nothing but a placeholder.
  { at: '.graphiql-history-item > button:has(> svg):not([aria-label])', make: (button) => name(button, 'Cancel') },
  { at: '.graphiql-history-item > input', make: (field) => name(field, 'Label') },
  // "Set active" hides which query it is about, and is not what stands on the button.
  { at: '.graphiql-history-item-label[aria-label]', make: (button) => button.removeAttribute('aria-label') },
  // Each of these is there for every query: a list of nothing but "Edit label" says nothing.
  { at: '.graphiql-history-item-action', make: nameAfterItem },
  { at: '.graphiql-doc-explorer-search-input > input', make: (field) => name(field, 'Search the documentation') },
  // What is on is told by colour alone.
  { at: '.graphiql-button-group > button', make: (button) => tellWhetherActive(button, 'aria-pressed') },
  { at: '.graphiql-editor-tools > button[data-name]', make: (button) => tellWhetherActive(button, 'aria-expanded') },

  // The explorer's ticks are drawings that only a mouse can click.
  {
    at: '.graphiql-explorer-root :is(div[class*="graphiql-explorer-"], [data-arg-name]) > span:first-child:has(> svg, > span > svg)',
    make: addTick,
  },
  { at: '.graphiql-explorer-root .tick', make: keepTick },
  // A place to stop at that does nothing, and has no name.
  { at: '.graphiql-explorer-root [id][tabindex="0"]', make: (operation) => operation.removeAttribute('tabindex') },
  // label, select-name
  { at: '.graphiql-explorer-root [data-arg-name] :is(input:not(.tick), select)', make: nameAfterArgument },
  { at: '.graphiql-operation-title-bar input', make: (field) => name(field, 'Name of the query') },
  { at: '.graphiql-explorer-actions select', make: (field) => name(field, 'Add new') },
  { at: '.graphiql-explorer-actions button', make: (button) => name(button, 'Add') },

  // aria-valid-attr-value: Monaco names a row of its suggestions by an id that it then changes. What is chosen is told by
  // the editor itself, which keeps the focus.
  {
    at: '.suggest-widget .monaco-list[aria-activedescendant]',
    make: (list) => list.removeAttribute('aria-activedescendant'),
  },
  // aria-allowed-attr: options of a list have no level.
  { at: '.quick-input-list [role="option"][aria-level]', make: (option) => option.removeAttribute('aria-level') },
  // aria-progressbar-name
  { at: '.quick-input-progress', make: (bar) => name(bar, 'Looking for commands') },
];

/** What of attributes GraphiQL and Monaco change later on, in elements that stay. */
const attributeFilter = ['aria-selected', 'aria-activedescendant', 'aria-level', 'class', 'title'];

/** Repairs what is within, and what comes later. */
export function keepRepaired(root: HTMLElement) {
  const observer = new MutationObserver(repairAll);
  const watched = { subtree: true, childList: true, attributes: true, attributeFilter };

  function repairAll() {
    // What is changed here needs no second look.
    observer.disconnect();
    for (const { at, make } of repairs) root.querySelectorAll<HTMLElement>(at).forEach(make);
    observer.observe(root, watched);
  }

  repairAll();
}

function name(element: Element, words: string) {
  if (element.getAttribute('aria-label') !== words) element.setAttribute('aria-label', words);
}

function textOf(element: Element | null | undefined): string {
  return element?.textContent.trim() ?? '';
}

function tellWhichIsShown(tab: HTMLElement) {
  const button = tab.querySelector('.graphiql-tab-button');
  if (tab.getAttribute('aria-selected') === 'true') button?.setAttribute('aria-current', 'true');
  else button?.removeAttribute('aria-current');
  tab.removeAttribute('aria-selected');
}

function tellWhetherActive(button: HTMLElement, attribute: string) {
  button.setAttribute(attribute, String(button.classList.contains('active')));
}

function nameAfterItem(button: HTMLElement) {
  const [what = ''] = (button.getAttribute('aria-label') ?? '').split(':');
  name(button, `${what}: ${textOf(button.parentElement?.querySelector('.graphiql-history-item-label'))}`);
}

function nameAfterArgument(field: HTMLElement) {
  name(field, field.closest('[data-arg-name]')?.getAttribute('data-arg-name') ?? '');
}

/** A real checkbox before the drawing, and over it: the drawing stays what is seen, and a click what does it. */
function addTick(drawn: HTMLElement) {
  const tick = Object.assign(document.createElement('input'), { type: 'checkbox', className: 'tick' });
  tick.addEventListener('change', () => (tick.nextElementSibling as HTMLElement | null)?.click());
  drawn.before(tick);
}

function keepTick(tick: HTMLElement) {
  const drawn = tick.nextElementSibling;
  if (!drawn) return;
  const argument = tick.closest('[data-arg-name]');
  const isArgument = argument === tick.parentElement;
  const field = drawn.querySelector('.graphiql-explorer-field-view');
  name(tick, isArgument ? `${argument?.getAttribute('data-arg-name') ?? ''}, an argument` : textOf(field ?? drawn));
  // A circle that is filled, or an arrow that points down.
  const isTicked = drawn.querySelector('svg:is([style*="fill"], [style*="rotate(90deg)"])') !== null;
  (tick as HTMLInputElement).checked = isTicked;
}
