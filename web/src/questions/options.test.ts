import { expect, it } from 'vitest';
import { councilOptions } from './options';

it('councils of one name are told apart by their end, then by their code', () => {
  const councils = [
    { slug: 'somerset-cc', code: 'SOM', name: 'Somerset', endsOn: '2023-04-01' },
    { slug: 'somerset', code: 'SMS', name: 'Somerset', endsOn: null },
    { slug: 'dorset-cc', code: 'DOR', name: 'Dorset', endsOn: '2019-04-01' },
    { slug: 'dorset-x', code: 'DOX', name: 'Dorset', endsOn: '2019-04-01' },
  ];

  expect(councilOptions(councils).map(({ label }) => label)).toEqual([
    'Somerset (until 2023)',
    'Somerset',
    'Dorset (until 2019), DOR',
    'Dorset (until 2019), DOX',
  ]);
});

it('an abolished council is asked for by its code, since its short name may have a new bearer', () => {
  const somersets = [
    { slug: 'somerset', code: 'SOM', name: 'Somerset', endsOn: '2023-04-01' },
    { slug: 'somerset', code: 'SMT', name: 'Somerset', endsOn: null },
  ];

  expect(councilOptions(somersets).map(({ value }) => value)).toEqual(['SOM', 'somerset']);
});
