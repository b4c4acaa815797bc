/** Beside the query editor: a link to what stands in the editors. */
import { ToolbarButton, useGraphiQL } from '@graphiql/react';
import { useState } from 'react';
import { queryLink } from '../questions/link';

const LABEL = 'Copy a link to this query';

export function Toolbar() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const [label, setLabel] = useState(LABEL);

  async function copy() {
    const link = queryLink(location.href, queryEditor?.getValue() ?? '', variableEditor?.getValue() ?? '');
    try {
      await navigator.clipboard.writeText(link);
      setLabel('Link copied');
    } catch {
      setLabel('The browser did not allow copying');
    }
    setTimeout(() => setLabel(LABEL), 2500);
  }

  return (
    <ToolbarButton label={label} onClick={() => void copy()}>
      <svg viewBox="0 0 16 16" className="graphiql-toolbar-icon line-icon" aria-hidden="true">
        <path d="M6.5 9.5 9.5 6.5M7 4.5 8.7 2.8a3 3 0 0 1 4.3 4.3L11.3 8.8M8.8 11.3l-1.7 1.7a3 3 0 0 1-4.3-4.3l1.7-1.7" />
      </svg>
    </ToolbarButton>
  );
}
