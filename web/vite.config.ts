import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { precompress } from './build/precompress.ts';

/** Each page is built by itself into its own folder, which the server serves at the address of that name. */
const page = 'playground';

/** Where `npm run dev` finds the API. */
const api = process.env.FOLKMOOT ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: `src/${page}`,
  base: `/${page}/`,
  plugins: [react(), precompress()],
  build: {
    outDir: `../../dist/${page}`,
    emptyOutDir: true,
    target: 'es2022',
    // Everything comes from files: the page's policy forbids scripts and workers from data addresses.
    assetsInlineLimit: 0,
    // GraphiQL's marks for React's compiler ("use no memo") mean nothing once it is compiled.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
    // The editor is one large piece by nature; it is cached for good after the first visit.
    chunkSizeWarningLimit: 4_000,
  },
  worker: { format: 'es' },
  // The development server serves modules as they are, and these that the GraphQL worker needs are CommonJS.
  optimizeDeps: { include: ['monaco-graphql > graphql-language-service', 'monaco-graphql > picomatch-browser'] },
  server: { proxy: { '/graphql': api, '/health': api } },
  test: { root: '.', include: ['src/**/*.test.ts', 'checks/**/*.test.ts'] },
});
