import { defineConfig, type Plugin } from 'vite';
import { precompress } from './build/precompress.ts';
import { version } from './src/embed/version.ts';

/** One file without imports, for a classic script as well as for a module. The same sources give the same bytes. */
export default defineConfig({
  root: 'src/embed',
  plugins: [plainCharacters(), precompress()],
  build: {
    outDir: '../../dist/embed',
    emptyOutDir: true,
    target: 'es2020',
    // The first ones of Firefox and Safari that adopt style sheets: older ones show the list plainly.
    cssTarget: ['chrome99', 'firefox101', 'safari16.4'],
    lib: { entry: 'main.ts', formats: ['iife'], name: 'folkmootMeetups', fileName: () => 'meetups.js' },
    rolldownOptions: { output: { postBanner: `/*! Folkmoot meet-ups ${version}. MIT. */` } },
  },
});

/** A page in another encoding, or a server that names none, must not garble the words. */
function plainCharacters(): Plugin {
  return {
    name: 'plain-characters',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        file.code = file.code.replace(
          /[^\0-\x7f]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
      }
    },
  };
}
