/** Where the rows of a query's answer will be, as far as the query tells. */
import { type DocumentNode, Kind, OperationTypeNode, parse, type SelectionSetNode } from 'graphql';

/** Names of lists that their parent speaks for, as `nodes` of a page; edges are no rows yet. */
const ROWS: readonly string[] = ['nodes', 'rows'];

/** The names that lead from `data` to the rows; to the first thing asked if there is no page or table. */
export function rowsPath(query: string): string[] {
  const selected = selectionOf(query);
  if (!selected) return [];
  return (
    pathIn(selected) ??
    fieldsOf(selected)
      .slice(0, 1)
      .map(({ key }) => key)
  );
}

function selectionOf(query: string): SelectionSetNode | undefined {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch {
    return undefined;
  }
  const [operation, ...others] = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const isOne = operation?.kind === Kind.OPERATION_DEFINITION && others.length === 0;
  return isOne && operation.operation === OperationTypeNode.QUERY ? operation.selectionSet : undefined;
}

// Its own rows come before those further in: lists within rows belong to the rows.
function pathIn(selected: SelectionSetNode): string[] | undefined {
  const fields = fieldsOf(selected);
  const own = fields.find(({ name }) => ROWS.includes(name));
  if (own) return [own.key];
  for (const { key, inner } of fields) {
    const path = inner && pathIn(inner);
    if (path) return [key, ...path];
  }
  return undefined;
}

function fieldsOf({ selections }: SelectionSetNode) {
  return selections.flatMap((field) =>
    field.kind === Kind.FIELD
      ? [{ key: field.alias?.value ?? field.name.value, name: field.name.value, inner: field.selectionSet }]
      : [],
  );
}
