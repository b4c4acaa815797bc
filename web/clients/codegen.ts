import type { CodegenConfig } from '@graphql-codegen/cli';

/** What a client generator makes of the whole schema, and of a client's document; only that it does counts. */
const config: CodegenConfig = {
  schema: '../schema.graphql',
  documents: 'src/questions/*.graphql',
  generates: { 'clients/__generated__/': { preset: 'client' } },
};

export default config;
