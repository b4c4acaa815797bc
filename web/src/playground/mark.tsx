/** A mark of its own shape for each standing, so that nobody needs to tell colours apart. */
import type { StandingKind } from '../answer/standing';

const shapes: Readonly<Record<StandingKind, string>> = {
  complete: 'M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 0 1 0-15M6.5 10.3l2.4 2.4l4.6-5',
  older: 'M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 0 1 0-15M10 5.5V10l3 2',
  incomplete: 'M10 2.8l8 14H2zM10 8v4M10 14.2v.2',
  said: 'M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 0 1 0-15M10 9.5V14M10 6.3v.2',
};

export function Mark({ kind }: { kind: StandingKind }) {
  return (
    <svg viewBox="0 0 20 20" className="line-icon mark" aria-hidden="true">
      <path d={shapes[kind]} />
    </svg>
  );
}
