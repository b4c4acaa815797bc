/** Makes `<folkmoot-meetups>` known to a page, from a classic script as well as from a module. */
import { elementFor } from './element';
import { scriptOrigin } from './settings';

const NAME = 'folkmoot-meetups';

// A page may load two versions, or one twice: the first one wins.
if (!customElements.get(NAME)) {
  const script = document.currentScript;
  // A module has no current script, and the same file cannot say `import.meta` in a classic one: the call stack names it.
  const origin = scriptOrigin(script instanceof HTMLScriptElement ? script.src : '', new Error().stack ?? '');
  customElements.define(NAME, elementFor(origin));
}
