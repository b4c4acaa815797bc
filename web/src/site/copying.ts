/** A button beside each snippet that copies it, in parts that come later, too. */
export function enhanceCopying(page: Document): void {
  offerCopies(page);
  page.addEventListener('folk-replaced', (event) => offerCopies(event.target as HTMLElement));
}

function offerCopies(part: ParentNode): void {
  for (const snippet of part.querySelectorAll<HTMLElement>('.folk-snippet')) {
    const page = snippet.ownerDocument;
    const button = page.createElement('button');
    button.type = 'button';
    button.className = 'govuk-button govuk-button--secondary folk-copy';
    button.textContent = 'Copy';
    const said = page.createElement('span');
    said.setAttribute('role', 'status');
    said.className = 'govuk-visually-hidden';
    button.addEventListener('click', () => {
      void copy(snippet).then((worked) => {
        button.textContent = worked ? 'Copied' : 'Select and copy it';
        said.textContent = button.textContent;
        setTimeout(() => (button.textContent = 'Copy'), 3000);
      });
    });
    snippet.after(button, said);
  }
}

async function copy(snippet: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(snippet.textContent);
    return true;
  } catch {
    // Not allowed here: what is to be copied is at least selected.
    getSelection()?.selectAllChildren(snippet);
    return false;
  }
}
