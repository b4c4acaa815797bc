/** The custom element: what the browser calls, handed on to the keeper of its list. */
import { keeperOf, type Keeper } from './keeper';
import { ATTRIBUTES } from './settings';
import { version } from './version';

/** The element, asking the gateway at `origin` unless its `src` says otherwise. */
export function elementFor(origin: string): CustomElementConstructor {
  return class FolkmootMeetups extends HTMLElement {
    // Fields of a class would bring half a kilobyte of helpers for browsers that have none.
    declare private readonly keeper: Keeper;

    /** For whoever wonders in a console which version a page has. */
    static get version(): string {
      return version;
    }

    static get observedAttributes(): readonly string[] {
      return ATTRIBUTES;
    }

    constructor() {
      super();
      this.keeper = keeperOf(this, this.attachShadow({ mode: 'open' }), origin);
    }

    connectedCallback(): void {
      this.keeper.start();
    }

    disconnectedCallback(): void {
      this.keeper.stop();
    }

    attributeChangedCallback(): void {
      this.keeper.change();
    }
  };
}
