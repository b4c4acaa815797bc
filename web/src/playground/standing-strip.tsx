/** The strip above the table: whether all of the answer is there, and how each region answered. */
import type { Source, SourceState } from '../answer/sources';
import type { Standing, StandingKind } from '../answer/standing';
import { Mark } from './mark';

const kindOfState: Readonly<Record<SourceState, StandingKind>> = {
  FRESH: 'complete',
  STALE: 'older',
  MISSING: 'incomplete',
};

export function StandingStrip({ standing: { kind, verdict, words, sources } }: { standing: Standing }) {
  return (
    <div className={`standing ${kind}`}>
      <p role="status">
        <Mark kind={kind} />
        <span>
          {verdict && <strong>{verdict}</strong>} {words}
        </span>
      </p>
      {sources.length > 1 && <RegionByRegion sources={sources} />}
    </div>
  );
}

function RegionByRegion({ sources }: { sources: readonly Source[] }) {
  return (
    <details>
      <summary>Region by region</summary>
      <ul>
        {sources.map(({ state, note }) => (
          <li key={note}>
            <Mark kind={kindOfState[state]} />
            <span>
              {state === 'MISSING' && <strong>Missing: </strong>}
              {state === 'STALE' && <strong>Older: </strong>}
              {note}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
