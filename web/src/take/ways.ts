/** The ways in which a question can be taken along. */
import { queryLink } from '../questions/link';
import { curlOf } from './curl';
import { javascriptOf } from './javascript';
import { powerQueryOf } from './power-query';
import { pythonOf } from './python';
import type { Taken } from './taken';

export interface Way {
  name: string;
  /** What the button that copies it says. */
  label: string;
  /** Where it can be used, in a sentence. */
  help: string;
  textOf: (taken: Taken) => string;
}

export const ways: readonly Way[] = [
  {
    name: 'Link',
    label: 'Copy link',
    help: 'Opens this page with the question, for a mail or a bookmark.',
    textOf: ({ query, variables, server }) =>
      queryLink(new URL('/playground/', server).href, query, JSON.stringify(variables, null, 2)),
  },
  {
    name: 'Power Query',
    label: 'Copy as Power Query',
    help: 'For Excel and Power BI: paste it into the Advanced Editor of a blank query. It can refresh on a schedule.',
    textOf: powerQueryOf,
  },
  { name: 'Python', label: 'Copy as Python', help: 'A script for Python 3, without any package.', textOf: pythonOf },
  {
    name: 'JavaScript',
    label: 'Copy as JavaScript',
    help: 'A module for Node.js 18 or later, or for a web page.',
    textOf: javascriptOf,
  },
  { name: 'curl', label: 'Copy as curl', help: 'A command for a terminal on Linux or a Mac.', textOf: curlOf },
];
