/** The editors by keyboard: what they are called, how to get into them and out again, and the words that tell it. */
import { useGraphiQL } from '@graphiql/react';
import type { editor } from 'monaco-editor';
import { useEffect } from 'react';
import { createPortal } from 'react-dom';

const HINT = 'editor-keys';

export function EditorKeys() {
  const query = useGraphiQL((state) => state.queryEditor);
  const variables = useGraphiQL((state) => state.variableEditor);
  const answer = useGraphiQL((state) => state.responseEditor);

  useEffect(() => {
    nameEditor(query, 'Query');
    nameEditor(variables, 'Variables');
    nameEditor(answer, 'Answer as JSON');
  }, [query, variables, answer]);

  useEffect(() => {
    document.addEventListener('keydown', leave);
    return () => document.removeEventListener('keydown', leave);
  }, []);

  // GraphiQL has no place for words beside its editors; this bar is there whatever is unfolded.
  const bar = query && document.querySelector('.graphiql-editor-tools');
  return bar && createPortal(<Hint />, bar);
}

function Hint() {
  return (
    <p id={HINT} className="hint">
      <kbd>Enter</kbd> to write, <kbd>Esc</kbd> then <kbd>Tab</kbd> to leave
    </p>
  );
}

/** Its frame is where the key Tab stops; within, that key writes. */
function nameEditor(within: editor.IStandaloneCodeEditor | undefined, name: string) {
  const frame = within?.getContainerDomNode();
  if (!frame) return;
  within?.updateOptions({ ariaLabel: name });
  frame.setAttribute('role', 'group');
  frame.setAttribute('aria-label', `${name}, an editor`);
  frame.setAttribute('aria-describedby', HINT);
}

/** What Monaco needs the key Esc for, such as to close its suggestions, never comes here. */
function leave({ key, target }: KeyboardEvent) {
  if (key !== 'Escape' || !(target instanceof HTMLElement)) return;
  const frame = target.closest<HTMLElement>(`[aria-describedby="${HINT}"]`);
  if (frame && frame !== target) frame.focus();
}
