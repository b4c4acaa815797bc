import { describe, expect, it } from 'vitest';
import { shownText, tableOf } from './table';

describe('tableOf', () => {
  it('turns nested objects into dotted columns', () => {
    expect(tableOf([{ title: 'Agile', group: { name: 'Camden', region: { code: 'london' } } }])).toEqual({
      columns: ['title', 'group.name', 'group.region.code'],
      rows: [['Agile', 'Camden', 'london']],
    });
  });

  it('joins lists, keeping members of different columns in step', () => {
    const points = [
      { ref: 'lgdss-2016/1', label: 'User research' },
      { ref: 'lgdss-2016/3', label: null },
    ];

    expect(tableOf([{ points, tags: ['a', 'b'] }])).toEqual({
      columns: ['points.ref', 'points.label', 'tags'],
      rows: [['lgdss-2016/1; lgdss-2016/3', 'User research; ', 'a; b']],
    });
  });

  it('lets sentences follow one another', () => {
    const because = ['It is near.', 'It is alike.'];

    expect(tableOf([{ because }]).rows).toEqual([['It is near. It is alike.']]);
  });

  it('joins a connection within a row, and keeps what it says beside', () => {
    const groups = { totalCount: 2, nodes: [{ name: 'A' }, { name: 'B' }] };

    expect(tableOf([{ groups }])).toEqual({ columns: ['groups.name', 'groups.totalCount'], rows: [['A; B', 2]] });
  });

  it('gives an absent object no column beside its own fields', () => {
    const rows = [
      { title: 'A', venue: null, url: 'a' },
      { title: 'B', venue: { name: 'Hall' }, url: 'b' },
    ];

    expect(tableOf(rows)).toEqual({
      columns: ['title', 'venue.name', 'url'],
      rows: [
        ['A', null, 'a'],
        ['B', 'Hall', 'b'],
      ],
    });
  });

  it('keeps a column that is null everywhere', () => {
    expect(tableOf([{ bookingUrl: null }])).toEqual({ columns: ['bookingUrl'], rows: [[null]] });
  });

  it('keeps numbers and booleans as they are', () => {
    expect(tableOf([{ remote: false, level: -1 }]).rows).toEqual([[false, -1]]);
  });

  it('calls the column of plain values "value"', () => {
    expect(tableOf(['peer', 'steward'])).toEqual({ columns: ['value'], rows: [['peer'], ['steward']] });
  });

  it('has neither columns nor rows for an empty list', () => {
    expect(tableOf([])).toEqual({ columns: [], rows: [] });
  });
});

describe('shownText', () => {
  it('rounds shares and leaves everything else alone', () => {
    const cells = [0.34615384615384615, 12000, 0.5, 'a.5', true, null];

    expect(cells.map(shownText)).toEqual(['0.346', '12000', '0.5', 'a.5', 'true', '']);
  });
});
