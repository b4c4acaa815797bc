import { describe, expect, it } from 'vitest';
import { powerQueryOf } from './power-query';
import { rowsPath } from './rows';
import type { Taken } from './taken';

const server = 'https://folkmoot.example';
const query = 'query Q($region: RegionRef) {\n  meetups(region: $region) {\n    nodes { title }\n  }\n}';

function written(taken: Partial<Taken>): string {
  return powerQueryOf({ query, variables: {}, server, ...taken });
}

/** The texts of a document of M, as its specification has text literals read. */
function textsIn(document: string): string[] {
  const withoutComments = document.replace(/^\/\/.*\n/gm, '');
  return [...withoutComments.matchAll(/"((?:[^"]|"")*)"/g)].map(([, literal = '']) =>
    literal.replace(/""|#\(([^)]*)\)/g, (whole, escape?: string) => {
      if (whole === '""') return '"';
      return escape === '#' ? '#' : String.fromCharCode(Number.parseInt(escape ?? '', 16));
    }),
  );
}

describe('powerQueryOf', () => {
  it('has a literal address and the path apart, so that the refresh can be scheduled', () => {
    const text = written({ variables: { region: 'london' } });

    expect(text).toContain('Web.Contents("https://folkmoot.example", [\n        RelativePath = "graphql",');
    expect(text).toContain('[query = Question, variables = [#"region" = "london"]]');
    expect(text).toContain('List.Accumulate({"meetups", "nodes"}, Checked,');
  });

  it('says where a token goes', () => {
    expect(written({}).split('\n')[0]).toContain('Authorization = "Bearer YOUR_TOKEN"');
  });

  it.each([`it's "quoted" $x \\n`, 'one\ntwo\r\nthree\t', 'Llŷn #(lf) ##( #', ''])('keeps %j', (word) => {
    const texts = textsIn(written({ query: `# ${word}\n${query}`, variables: { word, [word]: 1 } }));

    expect(texts[0]).toBe(`# ${word}\n${query}`);
    expect(texts.filter((text) => text === word).length).toBeGreaterThanOrEqual(2);
  });

  it('writes every kind of value', () => {
    const variables = { type: [null, true, -1.5, { a: [] }] };

    expect(written({ variables })).toContain('variables = [#"type" = {null, true, -1.5, [#"a" = {}]}]');
  });

  it('names the operation where there are several', () => {
    expect(written({ operationName: 'Q' })).toContain(', operationName = "Q"]');
  });
});

describe('rowsPath', () => {
  it.each([
    ['{ meetups { complete nodes { points { label } } } }', ['meetups', 'nodes']],
    ['{ region(ref: "kent") { groups { name } all: councils { nodes { name } } } }', ['region', 'all', 'nodes']],
    ['{ nextTopics { rows { speakers { nodes { note } } } } }', ['nextTopics', 'rows']],
    ['{ sources { region } }', ['sources']],
    ['query A { a } query B { b }', []],
    ['no query', []],
  ])('of %s', (asked, path) => {
    expect(rowsPath(asked)).toEqual(path);
  });
});
