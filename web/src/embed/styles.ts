/** The styles, adopted by the shadow: a page's policy against inline styles does not concern them. */
import css from './meetups.css?inline';

let sheet: CSSStyleSheet | undefined;

export function dress(shadow: ShadowRoot): void {
  try {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    // A browser from before adopted style sheets shows the list plainly.
  }
}
