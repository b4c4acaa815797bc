import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { curlOf } from './curl';
import { javascriptOf } from './javascript';
import { pythonOf } from './python';
import { bodyOf, type Taken } from './taken';

const run = promisify(execFile);

interface Arrived {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: unknown;
}

const answer = { data: { regions: [{ name: 'Gŵyr' }] } };
const arrived: Arrived[] = [];
let server: Server;
let origin: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folkmoot-take-'));
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method, url, headers } = request;
      arrived.push({ method, url, headers, body: JSON.parse(Buffer.concat(parts).toString('utf8')) });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function inShell(shell: string, text: string): Promise<string> {
  return (await run(shell, ['-c', text])).stdout;
}

async function asFile(program: string, name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return (await run(program, [file])).stdout;
}

const programs: readonly (readonly [string, (taken: Taken) => Promise<string>])[] = [
  ['curl in sh', (taken) => inShell('sh', curlOf(taken))],
  ['curl in bash', (taken) => inShell('bash', curlOf(taken))],
  ['JavaScript', (taken) => asFile(process.execPath, 'question.mjs', javascriptOf(taken))],
  ['Python', (taken) => asFile('python3', 'question.py', pythonOf(taken))],
];

const plain = 'query Regions($region: RegionRef!) {\n  regions(of: $region) {\n    name\n  }\n}\n';

const words = {
  quotes: `'single' "double" \`back\` '''three''' """three"""`,
  lines: 'one\ntwo\r\nthree\rfour\ttab\u2028\u2029',
  welsh: 'Ŵ ŷ â î, Llŷn a Môn, Pen-y-bont ar Ogwr 🏴',
  shell: '$HOME ${HOME} $(id) `id` !! !$ %PATH% ~ * ; & | # -',
  backslashes: 'C:\\new\\table \\u0041 \\ \\\\ ends\\',
  markup: '</script><!-- #(lf) -->',
  empty: '',
};

const awkward = {
  ...words,
  'a name\'s "own" $quotes\\': [null, true, false, 0, -1.5, 1e21, [], {}, { nested: ["it's"] }],
};

const cases: readonly (readonly [string, Omit<Taken, 'server'>])[] = [
  ['a plain question', { query: plain, variables: { region: 'london' } }],
  ['a question without variables', { query: '{ sources { region } }', variables: {} }],
  ['a query that ends with a quote', { query: '{ a } # "', variables: {} }],
  ['one of several', { query: 'query A { a } query B { b }', variables: {}, operationName: 'B' }],
  ['awkward variables', { query: plain, variables: awkward }],
  [
    'an awkward query',
    {
      query: `# it's ${Object.values(words).join('\n# ')}\r\n{ a(b: """c \\""" d""", e: "")}""`,
      variables: {},
    },
  ],
];

describe.each(programs)('%s', (_, ask) => {
  it.each(cases)('sends %s as it is', { timeout: 60_000 }, async (_name, question) => {
    const taken = { ...question, server: origin };
    arrived.length = 0;

    const said = await ask(taken);

    expect(arrived).toMatchObject([
      { method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json' }, body: bodyOf(taken) },
    ]);
    expect(arrived[0]?.headers).not.toHaveProperty('authorization');
    expect(JSON.parse(said)).toEqual(answer);
  });
});

it.each([curlOf, javascriptOf, pythonOf])('%o says where a token goes', (textOf) => {
  const text = textOf({ query: plain, variables: {}, server: 'https://folkmoot.example' });

  expect(text.split('\n')[0]).toMatch(/token.*Authorization.*Bearer YOUR_TOKEN/i);
  expect(text).toContain('https://folkmoot.example/graphql');
});
