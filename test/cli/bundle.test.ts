import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { run } from '../support/run.js';
import { inSandbox, withSandbox } from '../support/sandbox.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Made by set-up; `npm run build` makes it anew. */
const entry = join(root, 'dist/bundle/ovskit.cjs');
const main = join(root, 'dist/src/cli/main.js');

/** A package of its own that can be written to: its bundle and what that needs beside it. */
function copyOfPackage(t: ExecutionContext): { entry: string; caches(): string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-bundle-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const bundle = join(directory, 'dist/bundle');
  cpSync(join(root, 'dist/bundle'), bundle, { recursive: true, filter: (path) => !path.endsWith('.cache') });
  cpSync(join(root, 'package.json'), join(directory, 'package.json'));
  for (const name of ['build', 'node_modules']) symlinkSync(join(root, name), join(directory, name));
  const caches = () => readdirSync(bundle).flatMap((name) => (name.endsWith('.cache') ? [join(bundle, name)] : []));
  return { entry: join(bundle, 'ovskit.cjs'), caches };
}

test('package.json names the bundle', (t) => {
  const { bin, files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  t.is(join(root, bin.ovskit), entry);
  t.true(files.includes('dist/bundle/*.cjs'));
});

test('every command answers as it does unbundled, the addon and the errors included', async (t) => {
  const request = join(root, 'examples/vifs.json');
  const lines = [
    ['--version'],
    ['--help'],
    ['nosuch'],
    ['vsctl', '--version'],
    ['vsctl', '--help'],
    ['vsctl', '--db=unix:/nonexistent/db.sock', 'list-br'],
    ['client', '--help'],
    ['client', 'list-dbs', 'unix:/nonexistent/db.sock'],
    ['netdev', 'show', 'lo', '--json'],
    ['netdev', 'show', 'nosuch'],
    ['vif', 'plug', '--request', request, '--remote', 'unix:/nonexistent/db.sock'],
    ['vif', 'plug', '--request', join(root, 'package.json')],
    ['codegen', '/usr/share/openvswitch/vswitch.ovsschema'],
    ['sandbox', '--nosuch'],
  ];
  for (const words of lines) {
    const plain = await run(process.execPath, [main, ...words]);
    t.deepEqual(await run(entry, words), plain, words.join(' '));
    t.true(plain.stdout !== '' || plain.stderr !== '', words.join(' '));
  }
});

test('a link of a stock tool’s name is that tool', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-bundle-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const link = join(directory, 'ovs-vsctl');
  symlinkSync(entry, link);
  t.deepEqual(await run(link, ['--version']), await run('ovs-vsctl', ['--version']));
});

test('the first run leaves a code cache; one that is spoilt or of another V8 is made anew', async (t) => {
  const copy = copyOfPackage(t);
  const version = async () => t.is((await run(copy.entry, ['--version'])).status, 0);
  await version();
  const [cache, ...others] = copy.caches();
  t.deepEqual(others, []);
  const good = readFileSync(cache!);
  t.true(good.length > 10_000);
  const half = good.subarray(0, good.length / 2);
  const another = Buffer.concat([Buffer.alloc(8), half.subarray(8)]);
  writeFileSync(cache!, Buffer.concat([another, another]));
  await version();
  t.deepEqual(readFileSync(cache!).subarray(0, 8), good.subarray(0, 8));
  // V8 dies of a byte that is not what it was.
  for (let part = 1; part < 10; part++) {
    const spoilt = Buffer.from(good);
    spoilt.fill(0x5a, Math.floor((half.length * part) / 10), Math.floor((half.length * part) / 10) + 64);
    writeFileSync(cache!, spoilt);
    await version();
    t.notDeepEqual(readFileSync(cache!), spoilt);
  }
  truncateSync(cache!, 0);
  await version();
  t.true(readFileSync(cache!).length > 10_000);
  t.deepEqual(copy.caches(), [cache]);
});

test('a code cache that can not be put in its place leaves nothing behind', async (t) => {
  const copy = copyOfPackage(t);
  await run(copy.entry, ['--version']);
  const [cache] = copy.caches() as [string];
  rmSync(cache);
  mkdirSync(cache);
  const before = readdirSync(dirname(cache));
  t.is((await run(copy.entry, ['--version'])).status, 0);
  t.deepEqual(readdirSync(dirname(cache)), before);
});

test('a command loads nothing of Node’s that it does not use', async (t) => {
  const sandbox = await withSandbox(t, { vswitchd: false, network: 'current', datapath: 'dummy' });
  const { env } = inSandbox(sandbox);
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-bundle-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const [watch, loaded] = [join(directory, 'watch.cjs'), join(directory, 'loaded')];
  const text = `process.on('exit', () => require('fs').writeFileSync('${loaded}', process.moduleLoadList.join('\\n')));`;
  writeFileSync(watch, text);
  const modules = async (...words: string[]) => {
    t.is((await run(process.execPath, ['--require', watch, entry, ...words], { env })).status, 0);
    const names = readFileSync(loaded, 'utf8').split('\n');
    return ['net', 'tls', 'crypto', 'fs/promises', 'readline', 'child_process'].filter((name) =>
      names.includes(`NativeModule ${name}`),
    );
  };
  t.deepEqual(await modules('vsctl', '--no-wait', 'add-br', 'br0'), ['net', 'crypto']);
  t.deepEqual(await modules('vsctl', 'list-br'), ['net']);
});
