/** A query that can be run as it stands. */
import { type DocumentNode, Kind, type OperationDefinitionNode, OperationTypeNode, parse, print } from 'graphql';

export interface Query {
  text: string;
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

/** Null for what is no GraphQL, holds several operations, or would do more than read. */
export function readQuery(text: string): Query | null {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch {
    return null;
  }
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  if (!operation || operations.length > 1 || operation.operation !== OperationTypeNode.QUERY) return null;
  return { text: readable(text, document), document, operation };
}

// Links hold queries on one line; what was laid out by a person stays as it is.
function readable(text: string, document: DocumentNode): string {
  return text.trim().includes('\n') ? text : print(document);
}
