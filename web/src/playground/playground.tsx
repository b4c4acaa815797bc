/** The page: who you are, the questions, the editors, the answer. */
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL, HISTORY_PLUGIN, type GraphiQLProps } from 'graphiql';
import { send } from '../api/transport';
import type { Link } from '../questions/link';
import { AnswerView } from './answer-view';
import { EditorKeys } from './editor-keys';
import { Header } from './header';
import { Opening } from './opening';
import { PicksProvider } from './picks';
import { questionsPlugin } from './questions-panel';
import { SystemTheme } from './system-theme';
import { Toolbar } from './toolbar';

const plugins = [questionsPlugin, explorerPlugin({ showAttribution: false }), HISTORY_PLUGIN];

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
          defaultQuery=""
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
          <Opening link={link} />
          <EditorKeys />
          <SystemTheme />
        </GraphiQL>
      </main>
    </PicksProvider>
  );
}
