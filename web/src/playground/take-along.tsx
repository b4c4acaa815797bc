/** Taking along what stands in the editors: as a link, as a program, or for a spreadsheet. */
import { tryParseJSONC, useGraphiQL } from '@graphiql/react';
import { useRef, useState } from 'react';
import type { Taken } from '../take/taken';
import { type Way, ways } from '../take/ways';
import { CopyButton } from './copy-button';

export function TakeAlong() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const operations = useGraphiQL((state) => state.operations);
  const operationName = useGraphiQL((state) => state.operationName);
  const dialog = useRef<HTMLDialogElement>(null);
  const [taken, take] = useState<Taken | string>('');

  // Read when it opens: nobody can write in the editors while it is open.
  function open() {
    const query = queryEditor?.getValue() ?? '';
    const named = (operations?.length ?? 0) > 1 && operationName ? { operationName } : {};
    const variables = variablesIn(variableEditor?.getValue() ?? '');
    if (!query.trim()) take('There is no question yet. Ask one, then take it along.');
    else if (typeof variables === 'string') take(variables);
    else take({ query, variables, ...named, server: location.origin });
    dialog.current?.showModal();
  }

  return (
    <>
      <button type="button" aria-haspopup="dialog" onClick={open}>
        Take this question along
      </button>
      <dialog ref={dialog} className="take" aria-labelledby="take-title">
        <form method="dialog">
          <h2 id="take-title">Take this question along</h2>
          <button type="submit">Close</button>
        </form>
        {typeof taken === 'string' ? <p role="alert">{taken}</p> : <Ways key={JSON.stringify(taken)} taken={taken} />}
      </dialog>
    </>
  );
}

function Ways({ taken }: { taken: Taken }) {
  const [copied, setCopied] = useState<Way | null>(null);

  function textOf(way: Way): string {
    setCopied(way);
    return way.textOf(taken);
  }

  return (
    <>
      <p>The question is copied with its choices as they are now. A token is never in it.</p>
      <ul>
        {ways.map((way) => (
          <li key={way.name}>
            <div className="buttons">
              <CopyButton text={() => textOf(way)}>{way.label}</CopyButton>
            </div>
            <p>{way.help}</p>
          </li>
        ))}
      </ul>
      {copied && (
        <div className="field">
          <label htmlFor="taken">{copied.name}</label>
          <textarea id="taken" readOnly rows={9} spellCheck={false} value={copied.textOf(taken)} />
        </div>
      )}
    </>
  );
}

/** The variables, or what is wrong with them; read as GraphiQL reads them when it asks. */
function variablesIn(text: string): Taken['variables'] | string {
  try {
    return tryParseJSONC(text) ?? {};
  } catch (error) {
    return `The variables ${error instanceof Error ? error.message : 'cannot be read.'}`;
  }
}
