/** How far an answer can be relied on, in words: whether all of it is there, and how each region answered. */
import type { AnswerList } from './lists';
import { sentence } from './sentence';
import type { Source, SourceState } from './sources';

/** `said` has a word on itself, but none on whether it is complete. */
export type StandingKind = 'complete' | 'older' | 'incomplete' | 'said';

export interface Standing {
  kind: StandingKind;
  /** The verdict, empty if there is none. */
  verdict: string;
  /** What it rests on, in sentences. */
  words: string;
  /** How each region answered. */
  sources: readonly Source[];
}

/** What a list says about itself comes before what the answer as a whole says; null if neither says anything. */
export function standingOf(list: AnswerList | undefined, ofAnswer: readonly Source[]): Standing | null {
  const sources = list?.sources ?? ofAnswer;
  const kind = kindOf(list, sources);
  if (!kind) return null;
  const isElsewhere = kind === 'incomplete' && list?.complete === true;
  const words = [...wordsOf(kind, sources), ...ownWords(list?.note, sources.length > 0 && kind !== 'said')];
  if (words.length === 0 && kind === 'incomplete') words.push('Something is missing.');
  return { kind, verdict: isElsewhere ? ELSEWHERE : verdicts[kind], words: words.join(' '), sources };
}

const verdicts: Readonly<Record<StandingKind, string>> = {
  complete: 'Complete.',
  older: 'Complete, with older rows.',
  incomplete: 'Incomplete.',
  said: '',
};

// An answer may hold several lists, and what all of them saw of the regions is told once for the whole.
const ELSEWHERE = 'This list is complete, the rest of the answer is not.';

function kindOf(list: AnswerList | undefined, sources: readonly Source[]): StandingKind | null {
  const has = (state: SourceState) => sources.some((source) => source.state === state);
  if (list?.complete === false || has('MISSING')) return 'incomplete';
  if (has('STALE')) return 'older';
  if (list?.complete === true || sources.length > 0) return 'complete';
  return list?.note ? 'said' : null;
}

function wordsOf(kind: StandingKind, sources: readonly Source[]): string[] {
  const notes = (state: SourceState) => sources.filter((source) => source.state === state).map(({ note }) => note);
  switch (kind) {
    case 'incomplete': {
      const missing = notes('MISSING').map((note) => sentence(note));
      if (missing.length === 0) return [];
      return [...missing, missing.length === 1 ? 'What it has is missing.' : 'What they have is missing.'];
    }
    case 'older':
      return notes('STALE').map((note) => sentence(note));
    case 'complete':
      return sources.length > 1
        ? [`${sources.length} regions answered.`]
        : notes('FRESH').map((note) => sentence(note));
    case 'said':
      return [];
  }
}

// A page's note begins with the verdict and goes on with what its sources say; a table's says what its figures are.
function ownWords(note: string | undefined, isToldBySources: boolean): string[] {
  if (!note) return [];
  const [, told] = /^(?:Complete|Incomplete): (.*)$/s.exec(note) ?? [];
  if (told === undefined) return [sentence(note)];
  return isToldBySources ? [] : [sentence(told)];
}
