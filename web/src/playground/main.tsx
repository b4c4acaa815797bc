import './workers';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './playground.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { readLink } from '../questions/link';
import { Playground } from './playground';

const root = document.getElementById('playground');
if (!root) throw new Error('index.html has no #playground');

createRoot(root).render(
  <StrictMode>
    <Playground link={readLink(location.search)} />
  </StrictMode>,
);
