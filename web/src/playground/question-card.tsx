/** One ready-made question: unfold it, pick, ask. */
import type { SubmitEvent } from 'react';
import { questionLink } from '../questions/link';
import { type Question, valueOf, variablesOf, variablesText } from '../questions/question';
import { useAsking } from './asking';
import { CopyButton } from './copy-button';
import { PickField } from './pick-field';
import { usePicks } from './picks';

export function QuestionCard({ question }: { question: Question }) {
  const { picks, pick, unfolded, unfold } = usePicks();
  const asking = useAsking();
  const { slug, title, about, help, inputs } = question;

  function ask(event: SubmitEvent) {
    event.preventDefault();
    asking?.ask(question.query, variablesText(question, picks));
  }

  function toggled(isOpen: boolean) {
    if (isOpen) unfold(slug);
    else if (unfolded === slug) unfold(null);
  }

  return (
    <details
      className="question"
      name="question"
      open={unfolded === slug}
      onToggle={(event) => toggled(event.currentTarget.open)}
    >
      <summary>{title}</summary>
      <form onSubmit={ask}>
        <p>{about}</p>
        {inputs.map((input) => (
          <PickField
            key={input.name}
            id={`${slug}-${input.name}`}
            input={input}
            value={valueOf(input, picks)}
            onPick={(value) => pick(input.name, value)}
          />
        ))}
        <div className="buttons">
          <button type="submit" className="primary" disabled={!asking}>
            Ask
          </button>
          <CopyButton text={() => questionLink(location.href, question, variablesOf(question, picks))}>
            Copy link
          </CopyButton>
        </div>
        <details className="help">
          <summary>How to read the answer</summary>
          <p>{help}</p>
        </details>
      </form>
    </details>
  );
}
