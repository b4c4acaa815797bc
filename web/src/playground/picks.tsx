/** What the reader has picked, shared by all questions and kept for the next visit, and what there is to pick. */
import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { useToken } from '../api/token';
import { type Choices, loadChoices, noChoices } from '../questions/choices';
import type { Link } from '../questions/link';
import { questions, type Value, type Values } from '../questions/question';

interface Picks {
  picks: Values;
  pick: (name: string, value: Value) => void;
  choices: Choices;
  /** Why there is nothing to pick from, if so. */
  problem: string | null;
  /** The question that is unfolded. */
  unfolded: string | null;
  unfold: (slug: string | null) => void;
}

const KEY = 'folkmoot.picks';
const PicksContext = createContext<Picks | null>(null);

export function usePicks(): Picks {
  const picks = use(PicksContext);
  if (!picks) throw new Error('usePicks is used outside PicksProvider');
  return picks;
}

export function PicksProvider({ link, children }: { link: Link | null; children: ReactNode }) {
  const asked = link?.kind === 'question' ? link : null;
  const [picks, setPicks] = useState<Values>(() => ({ ...keptPicks(), ...asked?.picks }));
  const [unfolded, unfold] = useState<string | null>(asked?.slug ?? questions[0]?.slug ?? null);
  const { choices, problem } = useChoices();

  function pick(name: string, value: Value) {
    const next = { ...picks, [name]: value };
    setPicks(next);
    localStorage.setItem(KEY, JSON.stringify(next));
  }

  return <PicksContext value={{ picks, pick, choices, problem, unfolded, unfold }}>{children}</PicksContext>;
}

function useChoices(): Pick<Picks, 'choices' | 'problem'> {
  // A region on trial is offered only to those who may see it.
  const { token } = useToken();
  const [choices, setChoices] = useState(noChoices);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    loadChoices().then(
      (loaded) => {
        if (!isCurrent) return;
        setChoices(loaded);
        setProblem(null);
      },
      (error: unknown) => {
        if (isCurrent) setProblem(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [token]);
  return { choices, problem };
}

function keptPicks(): Values {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return Object.fromEntries(
      Object.entries(kept as object).filter(([, value]) => value === null || typeof value === 'string'),
    );
  } catch {
    return {};
  }
}
