/** The panel of ready-made questions, as a plugin of GraphiQL. */
import type { GraphiQLPlugin } from '@graphiql/react';
import { questions } from '../questions/question';
import { usePicks } from './picks';
import { QuestionCard } from './question-card';

export const questionsPlugin: GraphiQLPlugin = { title: 'Questions', icon: QuestionsIcon, content: QuestionsPanel };

function QuestionsPanel() {
  const { unfolded, problem } = usePicks();
  const isUnknown = unfolded !== null && !questions.some(({ slug }) => slug === unfolded);
  return (
    <section className="questions" aria-labelledby="questions-title">
      <h2 id="questions-title">Questions</h2>
      <p>Choose a question, pick what it is about, and ask. The answer is a table that you can take away.</p>
      {isUnknown && <p role="alert">The link asks a question that does not exist here. Choose one of these.</p>}
      {problem && <p role="alert">The lists to pick from could not be loaded, but you can type. {problem}</p>}
      {questions.map((question) => (
        <QuestionCard key={question.slug} question={question} />
      ))}
    </section>
  );
}

function QuestionsIcon() {
  return (
    <svg viewBox="0 0 20 20" className="line-icon" aria-hidden="true">
      <path d="M3 4h14v10H9l-4 3v-3H3zM8 7.5a2 2 0 1 1 2.6 1.9c-.4.2-.6.4-.6.9M10 12v.1" />
    </svg>
  );
}
