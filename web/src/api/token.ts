/** The reader's access token: kept for this browser tab only, never in a link. */
import { useSyncExternalStore } from 'react';

const KEY = 'folkmoot.token';

export interface TokenState {
  token: string | null;
  /** The server stopped accepting it, since it was set. */
  refused: boolean;
}

let state: TokenState = { token: sessionStorage.getItem(KEY), refused: false };
const listeners = new Set<() => void>();

export function currentToken(): string | null {
  return state.token;
}

export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
  change({ token, refused: false });
}

export function forgetToken(): void {
  sessionStorage.removeItem(KEY);
  change({ token: null, refused: false });
}

/** Told by whoever sent it; a token that was only tried changes nothing. */
export function tokenRefused(token: string | null): void {
  if (token !== null && token === state.token && !state.refused) change({ token, refused: true });
}

export function useToken(): TokenState {
  return useSyncExternalStore(subscribe, () => state);
}

function change(next: TokenState): void {
  state = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
