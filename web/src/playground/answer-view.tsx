/** The answer: as a table to take away, or as the JSON that GraphiQL shows. */
import { useGraphiQL } from '@graphiql/react';
import { useMemo, useState } from 'react';
import { answerOf } from '../answer/answer';
import type { AnswerList } from '../answer/lists';
import { standingOf } from '../answer/standing';
import { AnswerTable } from './answer-table';
import { StandingStrip } from './standing-strip';
import { TakeAlong } from './take-along';

type View = 'table' | 'json';

const KEY = 'folkmoot.view';

export function AnswerView() {
  const [view, setView] = useState<View>(() => (localStorage.getItem(KEY) === 'json' ? 'json' : 'table'));

  function show(next: View) {
    setView(next);
    localStorage.setItem(KEY, next);
  }

  return (
    <>
      <div className="answer-views">
        <div className="buttons" role="group" aria-label="Show the answer as">
          <button type="button" aria-pressed={view === 'table'} onClick={() => show('table')}>
            Table / CSV
          </button>
          <button type="button" aria-pressed={view === 'json'} onClick={() => show('json')}>
            JSON
          </button>
        </div>
        <TakeAlong />
      </div>
      {view === 'table' && <TableView />}
    </>
  );
}

// The style sheet hides GraphiQL's own response editor while this is on the page.
function TableView() {
  const response = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.response ?? '');
  const isFetching = useGraphiQL((state) => state.isFetching);
  const fetchError = useGraphiQL((state) => state.fetchError);
  const { lists, problems, sources } = useMemo(() => answerOf(response || fetchError || ''), [response, fetchError]);
  const [chosen, choose] = useState('');
  const list = lists.find(({ name }) => name === chosen) ?? lists[0];
  const standing = useMemo(() => standingOf(list, sources), [list, sources]);
  const isUnasked = !response && !fetchError && !isFetching;
  return (
    <section className="answer" aria-label="Answer as a table">
      {isFetching && <p role="status">Asking…</p>}
      {isUnasked && <p className="hint">Ask a question and its answer will be here.</p>}
      {problems.map((problem) => (
        <p key={problem} role="alert">
          {problem}
        </p>
      ))}
      {standing && <StandingStrip standing={standing} />}
      {list && (
        <AnswerTable list={list}>
          {lists.length > 1 && <ListPicker lists={lists} chosen={list.name} onChoose={choose} />}
        </AnswerTable>
      )}
      {!list && !isFetching && !isUnasked && problems.length === 0 && <p>Nothing was found.</p>}
    </section>
  );
}

function ListPicker(props: { lists: readonly AnswerList[]; chosen: string; onChoose: (name: string) => void }) {
  return (
    <div className="field inline">
      <label htmlFor="answer-list">List</label>
      <select id="answer-list" value={props.chosen} onChange={(event) => props.onChoose(event.target.value)}>
        {props.lists.map(({ name, items }) => (
          <option key={name} value={name}>
            {name} ({items.length})
          </option>
        ))}
      </select>
    </div>
  );
}
