/** Lints the code, and checks every GraphQL document of the pages against the committed schema. */
import graphql from '@graphql-eslint/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';

export default defineConfig([
  globalIgnores(['dist', 'embed', 'src/api/generated', 'clients/relay', '**/__generated__']),
  {
    files: ['**/*.{js,mjs,ts,tsx}'],
    extends: [typescript.configs.strictTypeChecked, reactHooks.configs.flat.recommended],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Numbers read well in sentences as they are.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['src/**/*.graphql'],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: '../schema.graphql', documents: 'src/**/*.graphql' } },
    },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...graphql.configs['flat/operations-recommended'].rules,
      // These answers are shown or picked from, not kept in a client's cache, which is what ids are for.
      '@graphql-eslint/require-selections': 'off',
    },
  },
]);
