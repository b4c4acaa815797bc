import './workers';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './styles/theme.css';
import './styles/header.css';
import './styles/parts.css';
import './styles/questions.css';
import './styles/answer.css';
import './styles/standing.css';
import './styles/take.css';
import './styles/graphiql.css';
import './styles/repairs.css';
import './styles/narrow.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { readLink } from '../questions/link';
import { Playground } from './playground';
import { keepRepaired } from './repairs';

const root = document.getElementById('playground');
if (!root) throw new Error('index.html has no #playground');

createRoot(root).render(
  <StrictMode>
    <Playground link={readLink(location.search)} />
  </StrictMode>,
);

// Dialogs and pick-lists of GraphiQL stand beside the page's own element.
keepRepaired(document.body);
