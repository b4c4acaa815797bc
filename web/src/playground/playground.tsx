/** The page: who you are, the questions, the editors, the answer. */
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL, HISTORY_PLUGIN, type GraphiQLProps } from 'graphiql';
import { send } from '../api/transport';
import type { Link } from '../questions/link';
import { questions, variablesText } from '../questions/question';
import { AnswerView } from './answer-view';
import { Header } from './header';
import { LinkOpener } from './link-opener';
import { PicksProvider } from './picks';
import { questionsPlugin } from './questions-panel';
import { Toolbar } from './toolbar';

const plugins = [questionsPlugin, explorerPlugin({ showAttribution: false }), HISTORY_PLUGIN];

// The first visit starts with a question that can be run as it stands.
const firstTabs = questions.slice(0, 1).map((question) => ({
  query: question.query.text,
  variables: variablesText(question, {}),
}));

// The operation's name is left to GraphiQL; the token is added on the way.
const fetcher: GraphiQLProps['fetcher'] = (request) => send(request) as Promise<Record<string, unknown>>;

export function Playground({ link }: { link: Link | null }) {
  return (
    <PicksProvider link={link}>
      <Header />
      <main>
        <GraphiQL
          fetcher={fetcher}
          plugins={plugins}
          visiblePlugin={questionsPlugin}
          defaultTabs={firstTabs}
          defaultEditorToolsVisibility={false}
          isHeadersEditorEnabled={false}
          shouldPersistHeaders={false}
          showPersistHeadersSettings={false}
        >
          <GraphiQL.Logo>{null}</GraphiQL.Logo>
          <GraphiQL.Toolbar>
            {({ prettify, copy }) => (
              <>
                {prettify}
                {copy}
                <Toolbar />
              </>
            )}
          </GraphiQL.Toolbar>
          <GraphiQL.Footer>
            <AnswerView />
          </GraphiQL.Footer>
          <LinkOpener link={link} />
        </GraphiQL>
      </main>
    </PicksProvider>
  );
}
