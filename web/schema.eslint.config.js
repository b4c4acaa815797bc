/**
 * Lints the committed schema as API readers see it: GraphQL ESLint's recommended rules and Relay's.
 * Run from the repository's root, since ESLint looks at no file above its working directory.
 */
import graphql from '@graphql-eslint/eslint-plugin';

const { rules: recommended } = graphql.configs['flat/schema-recommended'];
const { rules: relay } = graphql.configs['flat/schema-relay'];

export default [
  {
    files: ['schema.graphql'],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: 'schema.graphql' } },
    },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...recommended,
      ...relay,
      '@graphql-eslint/strict-id-in-types': [
        'error',
        {
          // Values, not things: they live within the thing that has them, and cannot be asked for by themselves.
          exceptions: {
            types: [
              ...['Gap', 'PageInfo', 'Provenance', 'Talk', 'Venue', 'Viewer'],
              ...[
                'AssessedPoint',
                'AssessmentAction',
                'AssessmentOutcome',
                'Attention',
                'CouncilAnswer',
                'CapabilityTable',
                'Coverage',
                'MeetupEffect',
                'NextTopic',
                'NextTopics',
                'ResponseRate',
                'SupportMatch',
              ],
              ...['PanelSeat', 'RubricLevel', 'SupportMatches', 'SupportRanking'],
            ],
            suffixes: ['Connection', 'Edge', 'Hit', 'Results', 'Row', 'Status'],
          },
        },
      ],
      '@graphql-eslint/relay-edge-types': [
        'error',
        {
          withEdgeSuffix: true,
          shouldImplementNode: true,
          // Lists of bounded size (the points of a standard, the groups of a council) are plain lists in this API:
          // nobody pages through them.
          listTypeCanWrapOnlyEdgeType: false,
        },
      ],
    },
  },
];
