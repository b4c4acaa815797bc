/** Servers speak in fragments ("unknown region"); people read sentences. */
export function sentence(fragment: string): string {
  const text = fragment.trim();
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
