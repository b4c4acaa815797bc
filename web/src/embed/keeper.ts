/**
 * Keeps one list: asks when it comes near the screen, again after a failure and from time to time, and has the state
 * drawn. Of several questions only the latest counts.
 */
import { ask, type Outcome } from './ask';
import { frameIn } from './frame';
import { settingsOf, type Settings } from './settings';
import { asking, NOTHING, pause, settled, viewOf, type Cause, type State } from './state';
import { words } from './words';

export interface Keeper {
  start(): void;
  stop(): void;
  /** Some attributes are different. */
  change(): void;
}

/** A list within one more screen in each direction will be seen soon. */
const NEAR = '100%';
/** What takes less long needs no word: it would only flicker. */
const SLOW_MS = 300;

export function keeperOf(host: HTMLElement, shadow: ShadowRoot, script: string): Keeper {
  let state: State = NOTHING;
  let settings: Settings | undefined;
  let request: AbortController | undefined;
  let timers: ReturnType<typeof setTimeout>[] = [];
  let observer: IntersectionObserver | undefined;
  let isNear = false;
  let isOwed = false;
  let isQueued = false;

  const draw = frameIn(shadow, () => load('pressed'));

  function become(next: State): void {
    state = next;
    if (settings) draw(settings, viewOf(state));
  }

  function readSettings(): Settings {
    const { lang: language } = host.closest<HTMLElement>('[lang]') ?? document.documentElement;
    const around = { language, page: document.baseURI, script };
    return settingsOf((name) => host.getAttribute(name), around);
  }

  function load(cause: Cause): void {
    rest();
    isOwed = false;
    const now = readSettings();
    const own = new AbortController();
    request = own;
    settings = now;
    become(asking(state, now.address, cause));
    if (!now.address) {
      settle({ kind: 'refused', reason: words[now.language].noGateway, code: '' });
      return;
    }
    timers.push(setTimeout(() => become({ ...state, isSlow: true }), SLOW_MS));
    void ask(now.address, now.origin, own).then((outcome) => {
      if (request === own) settle(outcome);
    });
  }

  function settle(outcome: Outcome): void {
    rest();
    become(settled(state, outcome));
    const delay = pause(state, Math.random());
    if (delay !== null) timers.push(setTimeout(again, delay));
    tell(outcome);
  }

  // Nobody sees a hidden page, and it asks as soon as it is back.
  function again(): void {
    if (document.hidden) isOwed = true;
    else load('timer');
  }

  function woken(): void {
    if (!document.hidden && !state.isLoading && (isOwed || state.problem?.kind === 'unavailable')) load('woken');
  }

  function tell(outcome: Outcome): void {
    const { address } = state;
    if (outcome.kind === 'answered') {
      const { meetups, state } = outcome.answer;
      announce('folkmoot-loaded', { address, state, count: meetups.length });
    } else {
      // Visitors are told gently; whoever looks for the cause looks here.
      if (outcome.kind === 'refused') console.warn(`${host.localName}: ${outcome.reason}`);
      announce('folkmoot-failed', { address, ...outcome });
    }
  }

  function announce(name: string, detail: object): void {
    host.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  /** Ends what runs and what waits. */
  function rest(): void {
    request?.abort();
    request = undefined;
    timers.forEach(clearTimeout);
    timers = [];
  }

  return {
    start() {
      observer = new IntersectionObserver(
        (entries) => {
          if (isNear || !entries.some(({ isIntersecting }) => isIntersecting)) return;
          isNear = true;
          observer?.disconnect();
          load('changed');
        },
        { rootMargin: NEAR },
      );
      observer.observe(host);
      document.addEventListener('visibilitychange', woken);
      addEventListener('online', woken);
    },
    stop() {
      rest();
      isNear = false;
      observer?.disconnect();
      document.removeEventListener('visibilitychange', woken);
      removeEventListener('online', woken);
    },
    // Several attributes set one after another are one change.
    change() {
      if (!isNear || isQueued) return;
      isQueued = true;
      queueMicrotask(() => {
        isQueued = false;
        if (!isNear) return;
        const now = readSettings();
        // Another layout of the same list needs no question.
        if (now.address !== state.address) {
          load('changed');
        } else {
          settings = now;
          become(state);
        }
      });
    },
  };
}
