// @ts-check
/**
 * A nation of its own for the component's check: the program with the demo, and beside that two regions that answer for
 * themselves. One is the example region service, which can be stopped and woken; the other one never answers.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const REGION = fileURLToPath(new URL('../../../examples/region-node/dist/src/main.js', import.meta.url));

/** Nothing listens on the discard port. */
const NOWHERE = 'http://127.0.0.1:9/graphql';

/** Both regions are on this machine, which a gateway does not ask unless it is told to. */
const PRIVATE = { FOLKMOOT__FEEDS__ALLOW_PRIVATE: 'true' };

/** @param {string} program */
export async function nation(program) {
  const folder = await mkdtemp(join(tmpdir(), 'folkmoot-'));
  /** @type {import('node:child_process').ChildProcess[]} */
  const running = [];
  const close = async () => {
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(running.map(ended));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const database = `sqlite://${join(folder, 'nation.db')}`;
    const region = await started(running, process.execPath, [REGION], 'is at', {
      DATABASE: join(folder, 'region.db'),
      PORT: '0',
    });
    const serve = ['serve', '--demo', '--listen', '127.0.0.1:0', '--database', database];
    // The last of its tokens is that of an editor.
    const gateway = await started(running, program, serve, 'editor of', PRIVATE);
    /** @param {string} code @param {string} name @param {string[]} more */
    const add = (code, name, ...more) =>
      promisify(execFile)(
        program,
        ['region', 'add', code, '--name', name, '--active', '--database', database, ...more],
        { env: { ...process.env, ...PRIVATE } },
      );
    await add('weald', 'Weald and Coast', '--live', region.address);
    await add('solway', 'Solway and Tyne', '--live', NOWHERE, '--unchecked');
    return {
      origin: new URL(gateway.address).origin,
      /** The region hangs: it takes connections and says nothing. */
      stops: () => region.child.kill('SIGSTOP'),
      wakes: () => region.child.kill('SIGCONT'),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Runs a program until the end, once it has said a word; `address` is the first that it told.
 * @param {import('node:child_process').ChildProcess[]} running
 * @param {string} command
 * @param {string[]} words
 * @param {string} ready
 * @param {Record<string, string>} settings
 */
async function started(running, command, words, ready, settings) {
  const child = spawn(command, words, {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let said = '';
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (/** @type {Buffer} */ part) => {
        said += part.toString();
        if (said.includes(ready)) resolve(null);
      });
    }
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${words[0] ?? command} does not start:\n${said}`)));
  });
  const [address] = /http:\/\/[^\s)]+/.exec(said) ?? [''];
  return { child, address };
}

/** @param {import('node:child_process').ChildProcess} child */
async function ended(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}
