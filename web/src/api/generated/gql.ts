/* eslint-disable */
import * as types from './graphql';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query Regions {\n  regions {\n    code\n    name\n  }\n}\n\nquery Points {\n  standards {\n    code\n    title\n    points {\n      ref\n      slug\n      number\n      label\n    }\n  }\n}\n\nquery Councils($endingBefore: Date, $after: String) {\n  councils(endingBefore: $endingBefore, first: 500, after: $after) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      slug\n      code\n      name\n      endsOn\n    }\n  }\n}": typeof types.RegionsDocument,
    "query Viewer {\n  viewer {\n    name\n    scopes\n    expiresAt\n  }\n}": typeof types.ViewerDocument,
};
const documents: Documents = {
    "query Regions {\n  regions {\n    code\n    name\n  }\n}\n\nquery Points {\n  standards {\n    code\n    title\n    points {\n      ref\n      slug\n      number\n      label\n    }\n  }\n}\n\nquery Councils($endingBefore: Date, $after: String) {\n  councils(endingBefore: $endingBefore, first: 500, after: $after) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      slug\n      code\n      name\n      endsOn\n    }\n  }\n}": types.RegionsDocument,
    "query Viewer {\n  viewer {\n    name\n    scopes\n    expiresAt\n  }\n}": types.ViewerDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Regions {\n  regions {\n    code\n    name\n  }\n}\n\nquery Points {\n  standards {\n    code\n    title\n    points {\n      ref\n      slug\n      number\n      label\n    }\n  }\n}\n\nquery Councils($endingBefore: Date, $after: String) {\n  councils(endingBefore: $endingBefore, first: 500, after: $after) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      slug\n      code\n      name\n      endsOn\n    }\n  }\n}"): typeof import('./graphql').RegionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Viewer {\n  viewer {\n    name\n    scopes\n    expiresAt\n  }\n}"): typeof import('./graphql').ViewerDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
