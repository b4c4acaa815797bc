/** What the page begins with: what its address asks for, else the reader's tabs, else the first question. */
import { useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef } from 'react';
import type { Link } from '../questions/link';
import { readQuery } from '../questions/query';
import { questions, type Values, variablesText } from '../questions/question';
import { type Asking, useAsking } from './asking';
import { usePicks } from './picks';
import { questionsPlugin } from './questions-panel';

export function Opening({ link }: { link: Link | null }) {
  const asking = useAsking();
  const actions = useGraphiQLActions();
  const { picks } = usePicks();
  const isDone = useRef(false);
  useEffect(() => {
    if (!asking || isDone.current) return;
    isDone.current = true;
    if (link?.kind === 'question') actions.setVisiblePlugin(questionsPlugin);
    begin(link, picks, asking);
  }, [link, picks, asking, actions]);
  return null;
}

function begin(link: Link | null, picks: Values, { ask, open, isBlank }: Asking) {
  if (link?.kind === 'question') {
    const question = questions.find(({ slug }) => slug === link.slug);
    if (question) ask(question.query, variablesText(question, link.picks));
  } else if (link) {
    // Reading is safe to begin with; anything else waits until the reader has looked at it and runs it.
    const query = readQuery(link.query);
    if (query) ask(query, link.variables);
    else open(link.query, link.variables);
  } else if (isBlank()) {
    // Through the editors, not as GraphiQL's default: it takes defaults with variables for a new tab at each visit.
    const [first] = questions;
    if (first) open(first.query.text, variablesText(first, picks));
  }
}
