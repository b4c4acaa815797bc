/** Setting a token, seeing whose it is, and forgetting it. */
import { type SubmitEvent, useEffect, useState } from 'react';
import { ask } from '../api/ask';
import { ViewerDocument, type ViewerQuery } from '../api/generated/graphql';
import { forgetToken, keepToken, useToken } from '../api/token';

type Viewer = NonNullable<ViewerQuery['viewer']>;

export function TokenPanel() {
  const { token, refused } = useToken();
  const [known, setKnown] = useState<{ token: string; viewer: Viewer } | null>(null);
  const [problem, setProblem] = useState('');
  const viewer = known?.token === token ? known.viewer : undefined;

  // After a reload the token is there, and whose it is has to be asked again.
  useEffect(() => {
    if (!token || viewer) return;
    viewerOf(token).then(
      (found) => setKnown({ token, viewer: found }),
      (error: unknown) => setProblem(messageOf(error)),
    );
  }, [token, viewer]);

  async function tryToken(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const typed = tokenIn(form);
    try {
      // Tried before it is kept: a wrong one would spoil every question after it.
      setKnown({ token: typed, viewer: await viewerOf(typed) });
      setProblem('');
      keepToken(typed);
      form.reset();
    } catch (error) {
      setProblem(messageOf(error));
    }
  }

  function forget() {
    forgetToken();
    setProblem('');
  }

  function titleOf(): string {
    if (!token) return 'Use a token';
    return refused ? 'Token not accepted' : (viewer?.name ?? 'Signed in');
  }

  return (
    <details className="token">
      <summary>{titleOf()}</summary>
      <div className="sheet">
        {(problem || refused) && (
          <p role="alert">{problem || 'Your token is no longer accepted: it has expired or was withdrawn.'}</p>
        )}
        {token ? (
          <>
            {viewer && <WhoIsIt viewer={viewer} />}
            <button type="button" onClick={forget}>
              Forget this token
            </button>
          </>
        ) : (
          <form onSubmit={(event) => void tryToken(event)}>
            <p>Most questions need none. A token shows what its holder may see.</p>
            <div className="field">
              <label htmlFor="token">Access token</label>
              <input id="token" name="token" type="password" autoComplete="off" spellCheck={false} required />
            </div>
            <button type="submit" className="primary">
              Use this token
            </button>
            <p className="hint">Kept in this browser tab only, until you close it. Never part of a link.</p>
          </form>
        )}
      </div>
    </details>
  );
}

function WhoIsIt({ viewer }: { viewer: Viewer }) {
  return (
    <dl>
      <dt>Signed in as</dt>
      <dd>{viewer.name}</dd>
      <dt>May act as</dt>
      <dd>{viewer.scopes.join(', ') || 'a reader'}</dd>
      {viewer.expiresAt && (
        <>
          <dt>Valid until</dt>
          <dd>{new Date(viewer.expiresAt).toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' })}</dd>
        </>
      )}
    </dl>
  );
}

async function viewerOf(token: string): Promise<Viewer> {
  const { viewer } = await ask(ViewerDocument, {}, token);
  if (!viewer) throw new Error('Your token was not accepted: it may be mistyped, expired or withdrawn.');
  return viewer;
}

function tokenIn(form: HTMLFormElement): string {
  const field = form.elements.namedItem('token');
  return field instanceof HTMLInputElement ? field.value.trim() : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
