// What is in the image, for whoever has to account for it: a bill of materials (CycloneDX) and the
// licences of all that it names, from the files that came with each. Nothing is fetched.
//
// usage: node packaging/bill.mjs FOLDER < `cargo metadata --format-version 1 --filter-platform …`
// in the repository, with web/node_modules. Debian's packages are told by packaging/root.sh.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PROGRAM = 'folkmoot-server';
// Style sheets are compiled into ours, so it is a tool to npm and a part to readers.
const COMPILED_IN = ['govuk-frontend'];
const LICENCE_FILES = /^(licen[cs]e|copying|notice|unlicense)/i;

/** Crates that the program is linked from, but ours: neither tools of the build nor of tests. */
function crates(metadata) {
  const packages = new Map(metadata.packages.map((it) => [it.id, it]));
  const nodes = new Map(metadata.resolve.nodes.map((it) => [it.id, it]));
  const program = metadata.packages.find((it) => it.name === PROGRAM);
  const found = new Set();
  const waiting = [program.id];
  while (waiting.length > 0) {
    const id = waiting.pop();
    if (found.has(id)) continue;
    found.add(id);
    const linked = nodes.get(id).deps.filter((it) => it.dep_kinds.some(({ kind }) => kind === null));
    waiting.push(...linked.map((it) => it.pkg));
  }
  const ours = new Set(metadata.workspace_members);
  return [...found]
    .filter((id) => !ours.has(id))
    .map((id) => packages.get(id))
    .map(({ name, version, license, manifest_path }) => ({
      name,
      version,
      licence: license?.replaceAll('/', ' OR ').replace(/ +/g, ' '),
      purl: `pkg:cargo/${name}@${version}`,
      folder: dirname(manifest_path),
    }));
}

/** Packages of the pages' scripts and style sheets. */
function scripts() {
  const { packages } = JSON.parse(readFileSync('web/package-lock.json', 'utf8'));
  const shipped = ([path, it]) =>
    path !== '' && (!it.dev || COMPILED_IN.some((name) => path === `node_modules/${name}`));
  // What is only there for another system was not installed.
  const there = ([path]) => readdirSync(join('web', dirname(path))).includes(path.split('/').at(-1));
  return Object.entries(packages)
    .filter(shipped)
    .filter(there)
    .map(([path, { version, license }]) => {
      const name = path.split('node_modules/').at(-1);
      const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
      return { name, version, licence: license, purl, folder: join('web', path) };
    });
}

function bill(version, parts) {
  const component = ({ name, version, licence, purl }) => ({
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    licenses: licence ? [{ expression: licence }] : [],
  });
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': 'folkmoot', name: 'folkmoot', version } },
    components: parts.map(component),
  };
}

/** Each text once, under all that came with it. */
function licences(parts) {
  const texts = new Map();
  const without = [];
  for (const part of parts) {
    const shown = `${part.name} ${part.version} (${part.licence ?? 'see the text'})`;
    const files = readdirSync(part.folder, { withFileTypes: true })
      .filter((it) => it.isFile() && LICENCE_FILES.test(it.name))
      .map((it) => readFileSync(join(part.folder, it.name), 'utf8').trim());
    if (files.length === 0) without.push(shown);
    for (const text of files) {
      const key = createHash('sha256').update(text.replace(/\s+/g, ' ')).digest('hex');
      const entry = texts.get(key) ?? { text, of: [] };
      entry.of.push(shown);
      texts.set(key, entry);
    }
  }
  const line = '-'.repeat(100);
  const told = [...texts.values()].map(({ text, of }) => `${line}\n${of.join('\n')}\n\n${text}\n`);
  const rest = `${line}\nThese came without a text; their authors name these licences:\n\n`;
  return `What Folkmoot is made of, and under which licences.\n\n${told.join('\n')}\n${rest}${without.join('\n')}\n`;
}

const folder = process.argv[2];
const metadata = JSON.parse(readFileSync(0, 'utf8'));
const { version } = metadata.packages.find((it) => it.name === PROGRAM);
// One version may be there several times.
const found = new Map([...crates(metadata), ...scripts()].map((it) => [it.purl, it]));
const parts = [...found.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(bill(version, parts), null, 1)}\n`);
writeFileSync(join(folder, 'licences.txt'), licences(parts));
console.log(`${parts.length} parts`);
