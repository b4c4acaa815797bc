/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type RegionsQueryVariables = Exact<{ [key: string]: never; }>;


export type RegionsQuery = { regions: Array<{ code: string, name: string }> };

export type PointsQueryVariables = Exact<{ [key: string]: never; }>;


export type PointsQuery = { standards: Array<{ code: string, title: string, points: Array<{ ref: string, slug: string, number: number, label: string }> }> };

export type CouncilsQueryVariables = Exact<{
  endingBefore?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type CouncilsQuery = { councils: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ slug: string, code: string, name: string, endsOn: string | null }> } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { name: string, scopes: Array<string>, expiresAt: string | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const RegionsDocument = new TypedDocumentString(`
    query Regions {
  regions {
    code
    name
  }
}
    `) as unknown as TypedDocumentString<RegionsQuery, RegionsQueryVariables>;
export const PointsDocument = new TypedDocumentString(`
    query Points {
  standards {
    code
    title
    points {
      ref
      slug
      number
      label
    }
  }
}
    `) as unknown as TypedDocumentString<PointsQuery, PointsQueryVariables>;
export const CouncilsDocument = new TypedDocumentString(`
    query Councils($endingBefore: Date, $after: String) {
  councils(endingBefore: $endingBefore, first: 500, after: $after) {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      slug
      code
      name
      endsOn
    }
  }
}
    `) as unknown as TypedDocumentString<CouncilsQuery, CouncilsQueryVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    name
    scopes
    expiresAt
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;