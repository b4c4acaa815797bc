/** Does what the page's address asks for, once, as soon as the editors are there. */
import { useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef } from 'react';
import type { Link } from '../questions/link';
import { readQuery } from '../questions/query';
import { questions, variablesText } from '../questions/question';
import { useAsking } from './asking';
import { questionsPlugin } from './questions-panel';

export function LinkOpener({ link }: { link: Link | null }) {
  const asking = useAsking();
  const actions = useGraphiQLActions();
  const isDone = useRef(false);
  useEffect(() => {
    if (!link || !asking || isDone.current) return;
    isDone.current = true;
    if (link.kind === 'question') {
      actions.setVisiblePlugin(questionsPlugin);
      const question = questions.find(({ slug }) => slug === link.slug);
      if (question) asking.ask(question.query, variablesText(question, link.picks));
      return;
    }
    // Reading is safe to begin with; anything else waits until the reader has looked at it and runs it.
    const query = readQuery(link.query);
    if (query) asking.ask(query, link.variables);
    else asking.open(link.query, link.variables);
  }, [link, asking, actions]);
  return null;
}
