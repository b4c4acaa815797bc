/** Whoever sent a form in which something is wrong begins with what it is. */
export function showFaults(page: Document): void {
  page.querySelector<HTMLElement>('.govuk-error-summary')?.focus();
}
