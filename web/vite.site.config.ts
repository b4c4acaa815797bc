import { defineConfig } from 'vite';
import { precompress } from './build/precompress.ts';

/** What the server's own pages share: one style sheet, and one script without which they work, too. */
export default defineConfig({
  root: 'src/site',
  plugins: [precompress()],
  build: {
    outDir: '../../dist/site',
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: {
      input: { site: 'src/site/site.ts' },
      // Names stay as they are: the server puts what the files hold into their addresses.
      output: { entryFileNames: '[name].js', assetFileNames: '[name][extname]' },
    },
  },
});
