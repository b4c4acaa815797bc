/** The contract's scalars, read strictly and written in one way. */
import { GraphQLError, GraphQLScalarType } from 'graphql';
import { isDay } from './time.js';

const RFC_3339 = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;
const HYPHENATED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Seconds since 1970 in here; text with a zone outside. */
export const DateTime = scalar(
  'DateTime',
  (text) => {
    const day = RFC_3339.exec(text)?.[1];
    const at = day && isDay(day) ? Date.parse(text) : NaN;
    if (Number.isNaN(at)) throw new GraphQLError('write an instant with a zone, such as 2027-01-14T18:30:00Z');
    return at / 1_000;
  },
  (at) => new Date(Number(at) * 1_000).toISOString().replace('.000Z', 'Z'),
);

export const LocalDate = scalar('Date', (text) => {
  if (!isDay(text)) throw new GraphQLError('write a day, such as 2027-01-14');
  return text;
});

/** Lower-case, since that is how ids are compared. */
export const Uuid = scalar('UUID', (text) => {
  const id = text.toLowerCase();
  if (!HYPHENATED.test(id)) throw new GraphQLError('write a UUID, such as 0190c5a8-1b2c-7d3e-8f40-112233445566');
  return id;
});

function scalar<Held>(name: string, read: (text: string) => Held, write: (held: unknown) => unknown = (held) => held) {
  return new GraphQLScalarType({
    name,
    parseValue(value) {
      if (typeof value !== 'string') throw new GraphQLError(`${name} is text`);
      return read(value);
    },
    serialize: write,
  });
}
