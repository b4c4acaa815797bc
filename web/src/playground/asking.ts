/** Puts a query into the editors, and runs it. */
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { type Question, questions, type Values } from '../questions/question';

const readyMade = new Set(questions.map(({ query }) => query));

interface Asking {
  ask: (question: Question, variables: Values) => void;
  open: (query: string, variables: string) => void;
}

/** Null until the editors are there. */
export function useAsking(): Asking | null {
  const actions = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const hasResponseEditor = useGraphiQL((state) => Boolean(state.responseEditor));
  if (!queryEditor || !variableEditor || !hasResponseEditor) return null;

  const open = (query: string, variables: string) => {
    const current = queryEditor.getValue();
    // What somebody wrote themselves stays in its tab; one ready-made question replaces another.
    if (current.trim() && current !== query && !readyMade.has(current)) actions.addTab();
    queryEditor.setValue(query);
    variableEditor.setValue(variables);
  };

  const ask = ({ query, document, operation, operationName }: Question, variables: Values) => {
    open(query, JSON.stringify(variables, null, 2));
    // GraphiQL reads a query's name a moment after it was set; until then it would run the last one's.
    actions.setOperationFacts({ documentAST: document, operationName, operations: [operation] });
    actions.run();
  };

  return { ask, open };
}
