/** Puts a query into the editors, and runs it. */
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import type { Query } from '../questions/query';
import { questions } from '../questions/question';

const readyMade = new Set(questions.map(({ query }) => query.text));

export interface Asking {
  ask: (query: Query, variables: string) => void;
  open: (text: string, variables: string) => void;
  isBlank: () => boolean;
}

/** Null until the editors are there. */
export function useAsking(): Asking | null {
  const actions = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const hasResponseEditor = useGraphiQL((state) => Boolean(state.responseEditor));
  if (!queryEditor || !variableEditor || !hasResponseEditor) return null;

  const open = (text: string, variables: string) => {
    const current = queryEditor.getValue();
    // What somebody wrote themselves stays in its tab; one ready-made question replaces another.
    if (current.trim() && current !== text && !readyMade.has(current)) actions.addTab();
    queryEditor.setValue(text);
    variableEditor.setValue(variables);
  };

  const ask = ({ text, document, operation }: Query, variables: string) => {
    open(text, variables);
    // GraphiQL reads a query's name a moment after it was set; until then it would run the last one's.
    const named = operation.name && { operationName: operation.name.value };
    actions.setOperationFacts({ documentAST: document, ...named, operations: [operation] });
    actions.run();
  };

  const isBlank = () => !queryEditor.getValue().trim();

  return { ask, open, isBlank };
}
