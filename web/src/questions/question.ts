/** The ready-made questions: one `.graphql` file each, and what to say about it in `questions.json`. */
import { Kind, type OperationDefinitionNode, type TypeNode } from 'graphql';
import { type Query, readQuery } from './query';
import table from './questions.json';

export type Value = string | null;
/** Variables of a question, by name; null stands for "all of them". */
export type Values = Readonly<Record<string, Value>>;

/** What a variable is chosen from. */
export type Choice = 'region' | 'point' | 'council' | 'text';

export interface Input {
  name: string;
  choice: Choice;
  /** May be left open, which means all of them. */
  optional: boolean;
  initial: Value;
}

export interface Question {
  slug: string;
  title: string;
  /** What is answered, in a sentence. */
  about: string;
  /** How to read the answer, in a sentence or two. */
  help: string;
  query: Query;
  inputs: readonly Input[];
}

const choiceOfType: Readonly<Record<string, Choice>> = {
  RegionRef: 'region',
  PointRef: 'point',
  CouncilRef: 'council',
};

type TableRow = Pick<Question, 'slug' | 'title' | 'about' | 'help'> & { variables: Values };

const queries = import.meta.glob<string>('./*.graphql', { query: '?raw', import: 'default', eager: true });

export const questions: readonly Question[] = (table as TableRow[]).map(({ variables, ...told }) =>
  toQuestion(told, queries[`./${told.slug}.graphql`] ?? '', variables),
);

function toQuestion(told: Omit<TableRow, 'variables'>, text: string, initial: Values): Question {
  const query = readQuery(text);
  if (!query) throw new Error(`the question ${told.slug} has no query of its own`);
  return { ...told, query, inputs: inputsOf(query.operation, initial) };
}

// The pick-lists follow from the types of the query's own variables, so a question cannot offer
// a choice that its query does not take.
function inputsOf(operation: OperationDefinitionNode, initial: Values): Input[] {
  return (operation.variableDefinitions ?? []).map(({ variable, type }) => ({
    name: variable.name.value,
    choice: choiceOfType[typeName(type)] ?? 'text',
    optional: type.kind !== Kind.NON_NULL_TYPE,
    initial: initial[variable.name.value] ?? null,
  }));
}

function typeName(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : typeName(type.type);
}

/** The variables to send: what was picked where the question takes it, its own defaults elsewhere. */
export function variablesOf(question: Question, picks: Values): Values {
  return Object.fromEntries(question.inputs.map((input) => [input.name, valueOf(input, picks)]));
}

/** The same as the text of the variables' editor. */
export function variablesText(question: Question, picks: Values): string {
  return JSON.stringify(variablesOf(question, picks), null, 2);
}

/** What an input shows: the pick if it fits, else the question's default. */
export function valueOf({ name, optional, initial }: Input, picks: Values): Value {
  const pick = picks[name]?.trim();
  if (pick) return pick;
  return optional && picks[name] === null ? null : initial;
}
