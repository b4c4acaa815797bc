import { describe, expect, it } from 'vitest';
import { listsIn } from './lists';

describe('listsIn', () => {
  it('finds nodes with what the list says about itself', () => {
    const data = {
      meetups: { complete: false, note: 'Kent is down.', totalCount: 3, nodes: [{ title: 'Lean coffee' }] },
    };

    expect(listsIn(data)).toEqual([
      { name: 'meetups', items: [{ title: 'Lean coffee' }], complete: false, note: 'Kent is down.', totalCount: 3 },
    ]);
  });

  it('takes rows, edges and plain lists alike', () => {
    const data = {
      table: { rows: [{ level: 1 }] },
      offers: { edges: [{ cursor: 'c1', node: { kind: 'SPEAK' } }] },
      regions: [{ code: 'south' }],
    };

    expect(listsIn(data)).toEqual([
      { name: 'table', items: [{ level: 1 }] },
      { name: 'offers', items: [{ kind: 'SPEAK', cursor: 'c1' }] },
      { name: 'regions', items: [{ code: 'south' }] },
    ]);
  });

  it('counts a list once that was asked both as nodes and as edges', () => {
    const data = { offers: { nodes: [{ kind: 'SPEAK' }], edges: [{ node: { kind: 'SPEAK' } }] } };

    expect(listsIn(data)).toHaveLength(1);
  });

  it('names lists within an object by their path, and leaves lists within rows to the rows', () => {
    const councils = { nodes: [{ groups: [{ name: 'A' }] }], sources: [{ state: 'FRESH' }] };

    expect(listsIn({ region: { groups: [], councils } }).map(({ name }) => name)).toEqual([
      'region.councils',
      'region',
      'region.groups',
      'region.councils.sources',
    ]);
  });

  it('shows a single thing as one row, before the small lists within it', () => {
    const node = { title: 'Lean coffee', points: [{ label: 'Agile' }] };

    expect(listsIn({ node })).toEqual([
      { name: 'node', items: [node] },
      { name: 'node.points', items: [{ label: 'Agile' }] },
    ]);
  });

  it.each([[{ council: null }], [null], [undefined]])('finds nothing in %j', (data) => {
    expect(listsIn(data)).toEqual([]);
  });
});
