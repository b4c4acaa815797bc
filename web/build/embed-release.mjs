// @ts-check
/**
 * Keeps the committed files of the component's versions: `node build/embed-release.mjs` writes that of the current one,
 * with `--check` it fails if the sources are built to anything else.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'vite';

process.chdir(new URL('..', import.meta.url).pathname);

const { version } = /'(?<version>\d+\.\d+\.\d+)'/.exec(readFileSync('src/embed/version.ts', 'utf8'))?.groups ?? {};
if (!version) fail('src/embed/version.ts names no version like 1.0.0');
const file = `embed/meetups-${version}.js`;
const built = await builtCode();
const isSame = existsSync(file) && readFileSync(file, 'utf8') === built;

if (process.argv.includes('--check')) {
  if (!isSame) fail(`the sources are built to something else than web/${file}. ${advice()}`);
} else if (isSame) {
  console.log(`web/${file} is up to date`);
} else if (isCommitted()) {
  fail(`web/${file} is committed. ${advice()}`);
} else {
  writeFileSync(file, built);
  console.log(`wrote web/${file}`);
}

async function builtCode() {
  const results = await build({ configFile: 'vite.embed.config.ts', logLevel: 'warn', build: { write: false } });
  const [chunk] = [results].flat().flatMap((result) => ('output' in result ? result.output : []));
  if (chunk?.type !== 'chunk') throw new Error('the build gave no code');
  return chunk.code;
}

// Pages name these files by a hash of their bytes: what was once published stays as it is. Without git, nobody can tell
// what was, and so nothing is overwritten.
function isCommitted() {
  if (!existsSync(file)) return false;
  return execFileSync('git', ['ls-tree', '--name-only', 'HEAD', file], { encoding: 'utf8' }).trim() !== '';
}

function advice() {
  return isCommitted()
    ? 'A published version never changes: raise the version in src/embed/version.ts (and say what is new in ' +
        'CHANGELOG.md), then run `npm run release:embed`.'
    : 'It is not committed yet: run `npm run release:embed`.';
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(`embed: ${message}`);
  process.exit(1);
}
