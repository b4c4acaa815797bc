/** Forms marked `data-live` show what comes of a choice at once, as if the button had been pressed. */
export function enhanceLiveForms(page: Document): void {
  for (const form of page.querySelectorAll<HTMLFormElement>('form[data-live]')) {
    form.addEventListener('change', () => form.requestSubmit());
    form.addEventListener('submit', () => withoutEmptyFields(form));
  }
}

/** An address says only what was chosen. */
function withoutEmptyFields(form: HTMLFormElement): void {
  const fields = form.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input[name], select[name]');
  const empty = [...fields].filter((field) => field.value === '');
  for (const field of empty) field.disabled = true;
  // The page may stay, as after a download; then they can be filled again.
  setTimeout(() => {
    for (const field of empty) field.disabled = false;
  });
}
