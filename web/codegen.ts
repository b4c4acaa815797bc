import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types of the pages' own documents, from the committed schema; `npm run check` fails when they drift. */
const config: CodegenConfig = {
  schema: '../schema.graphql',
  documents: 'src/api/documents/*.graphql',
  generates: {
    'src/api/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        // Strings are sent as they are: no parsing or printing in the browser.
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: Object.fromEntries(
          ['CouncilRef', 'Date', 'DateTime', 'GroupRef', 'PointRef', 'RegionRef', 'Url'].map((scalar) => [
            scalar,
            'string',
          ]),
        ),
      },
    },
  },
};

export default config;
