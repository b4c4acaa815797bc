/** Days, instants, and the clock on the wall in London. */

const LONDON = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: 'numeric', hourCycle: 'h23' });
const HOUR = 3_600;

/** True for a day that exists, such as 2027-01-14. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  // Some engines take 30 February for 2 March.
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** The instant at which London's clocks show `minutes` after midnight of a day. */
export function londonInstant(day: string, minutes: number): number {
  const asIfUtc = Date.parse(`${day}T00:00:00Z`) / 1_000 + minutes * 60;
  // In summer London is an hour ahead: what looked an hour earlier in UTC shows the hour that was asked for.
  const wanted = new Date(asIfUtc * 1_000).getUTCHours();
  const isSummer = Number(LONDON.format(new Date((asIfUtc - HOUR) * 1_000))) === wanted;
  return isSummer ? asIfUtc - HOUR : asIfUtc;
}
