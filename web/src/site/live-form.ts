/**
 * A form marked `data-live="ID"` shows what comes of each choice in the part of the page with that id, without leaving
 * the page; its button works as before.
 */
export function enhanceLiveForms(page: Document): void {
  // Where something is wrong, the page is made anew by the button, so that nothing of it stays.
  if (page.querySelector('.govuk-error-summary')) return;
  for (const form of page.querySelectorAll<HTMLFormElement>('form[data-live]')) {
    const part = page.getElementById(form.dataset.live ?? '');
    if (part) enhance(form, part);
  }
}

function enhance(form: HTMLFormElement, part: HTMLElement): void {
  let asking = new AbortController();
  const said = form.ownerDocument.createElement('p');
  said.setAttribute('role', 'status');
  said.className = 'govuk-visually-hidden';
  form.after(said);
  form.addEventListener('change', () => {
    asking.abort();
    asking = new AbortController();
    const address = addressOf(form);
    void partAt(address, part.id, asking.signal).then((fresh) => {
      if (!fresh) return;
      part.replaceChildren(...fresh.childNodes);
      history.replaceState(null, '', address);
      said.textContent = part.querySelector('.folk-fault')?.textContent ?? 'What to paste was brought up to date.';
      part.dispatchEvent(new CustomEvent('folk-replaced', { bubbles: true }));
    });
  });
}

/** What the form would lead to; an address says only what was chosen. */
function addressOf(form: HTMLFormElement): string {
  const words = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string' && value.trim() !== '') words.append(name, value.trim());
  }
  const text = words.toString();
  const [path = ''] = (form.getAttribute('action') ?? '').split('#');
  return text === '' ? path : `${path}?${text}`;
}

/** The part of this page as it is at another address; nothing if it cannot be had, or is not wanted any more. */
async function partAt(address: string, id: string, signal: AbortSignal): Promise<HTMLElement | null> {
  try {
    const answer = await fetch(address, { signal, credentials: 'omit' });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const part = page.getElementById(id);
    return part && document.importNode(part, true);
  } catch {
    return null;
  }
}
