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
    const label = page.createTextNode('Copy');
    button.append(label, ...nameOf(snippet));
    const said = page.createElement('span');
    said.setAttribute('role', 'status');
    said.className = 'govuk-visually-hidden';
    button.addEventListener('click', () => {
      void copy(snippet).then((worked) => {
        label.data = worked ? 'Copied' : 'Selected: now copy it';
        said.textContent = label.data;
        setTimeout(() => (label.data = 'Copy'), 3000);
      });
    });
    snippet.after(button, said);
  }
}

/** What is copied, for those who hear of the button alone: there are several. */
function nameOf({ dataset: { what }, ownerDocument: page }: HTMLElement): Node[] {
  if (!what) return [];
  const name = page.createElement('span');
  name.className = 'govuk-visually-hidden';
  name.textContent = `: ${what}`;
  return [name];
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
