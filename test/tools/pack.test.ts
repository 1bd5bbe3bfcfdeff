import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { publint } from 'publint';
import { temporaryDirectory } from '../support/ovsdb-server.js';
import { output, run } from '../support/run.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entryPoints = Object.keys(manifest.exports)
  .filter((name) => name !== './package.json')
  .map((name) => `ovskit${name.slice(1)}`);

/** The newest glibc that the prebuilt addon may need: Debian 12, Ubuntu 22.04 and RHEL 9 have it. README says so too. */
const GLIBC = '2.34';

interface Installed {
  /** An empty project with ovskit in its node_modules. */
  project: string;
  package: string;
}

let installed: Promise<Installed> | undefined;

const directory = mkdtempSync(join(tmpdir(), 'ovskit-test-'));

test.before(async (t) => {
  t.timeout(600_000);
  installed = install();
  await installed;
});
test.after.always(() => rmSync(directory, { recursive: true, force: true }));

/** Packs, and unpacks as npm would, the dependencies beside it; without a registry, which only `npm run test:pack` asks. */
async function install(): Promise<Installed> {
  await output(process.execPath, [join(root, 'tools', 'prebuild.mjs')]);
  const packed = await output('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', directory], {
    cwd: root,
  });
  const [{ filename }] = JSON.parse(packed);
  const project = join(directory, 'project');
  const modules = join(project, 'node_modules');
  mkdirSync(join(modules, '@types'), { recursive: true });
  execFileSync('tar', ['xzf', join(directory, filename), '-C', modules]);
  const target = join(modules, 'ovskit');
  execFileSync('mv', [join(modules, 'package'), target]);
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, { dev, optional, peer }] of Object.entries<Record<string, boolean>>(packages)) {
    if (path === '' || dev || optional || peer) continue;
    cpSync(join(root, path), join(project, path), { recursive: true });
  }
  for (const name of ['@types/node', 'undici-types'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true }\n');
  return { project, package: target };
}

/** Runs a program of the empty project. */
async function inProject(name: string, text: string): Promise<unknown> {
  const { project } = await installed!;
  writeFileSync(join(project, name), text);
  return JSON.parse(await output(process.execPath, [name], { cwd: project }));
}

test('every entry point is imported by ESM and required by CommonJS, as one and the same module', async (t) => {
  const count = `(modules) => console.log(JSON.stringify(modules.map((module) => Object.keys(module).length)))`;
  const list = JSON.stringify(entryPoints);
  const esm = await inProject('esm.mjs', `(${count})(await Promise.all(${list}.map((name) => import(name))));`);
  const cjs = await inProject('cjs.cjs', `(${count})(${list}.map((name) => require(name)));`);
  t.deepEqual(cjs, esm);
  t.is((esm as number[]).length, entryPoints.length);
  t.true((esm as number[]).every((names) => names > 0));
});

for (const [module, resolution] of [
  ['node16', 'node16'],
  ['esnext', 'bundler'],
] as const) {
  test(`every entry point is type-checked under moduleResolution ${resolution}`, async (t) => {
    const { project } = await installed!;
    const lines = entryPoints.map((name, i) => `import * as m${i} from '${name}';`);
    const uses = `import { connect } from 'ovskit';\nexport const ovs: Promise<import('ovskit').Ovs> = connect();\n// @ts-expect-error a number is no remote\nconnect(1);\n`;
    const file = `types-${resolution}.mts`;
    const text = `${lines.join('\n')}\nexport default [${entryPoints.map((_, i) => `m${i}`).join(', ')}];\n${uses}`;
    writeFileSync(join(project, file), text);
    const flags = ['--module', module, '--moduleResolution', resolution, '--target', 'es2022', '--strict', '--noEmit'];
    const libraries = ['--lib', 'es2022,esnext.disposable', '--types', 'node', '--skipLibCheck', 'false'];
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { status, stdout } = await run(process.execPath, [tsc, ...flags, ...libraries, file], { cwd: project });
    t.is(status, 0, stdout);
  });
}

test('publint has nothing to say', async (t) => {
  const { messages } = await publint({ pkgDir: (await installed!).package, pack: false, strict: true });
  t.deepEqual(messages, []);
});

test('the addon that comes along is loaded, and tells of a real device', async (t) => {
  const { package: target } = await installed!;
  t.false(existsSync(join(target, 'build')));
  const link = await inProject(
    'link.mjs',
    `import { getLink } from 'ovskit/netdev'; console.log(JSON.stringify(getLink('lo')));`,
  );
  t.is((link as { mtu: number }).mtu, 65536);
});

test(`the addon that comes along needs no C++ library and no glibc newer than ${GLIBC}`, async (t) => {
  const addon = join((await installed!).package, 'prebuilds', 'linux-x64', 'node.napi.glibc.node');
  const needed = [...(await output('readelf', ['-d', addon])).matchAll(/NEEDED.*\[(.*)\]/g)].map(([, name]) => name);
  t.deepEqual(needed.sort(), ['ld-linux-x86-64.so.2', 'libc.so.6', 'libgcc_s.so.1']);
  const versions = [...(await output('objdump', ['-T', addon])).matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) =>
    Number(minor),
  );
  t.is(`2.${Math.max(...versions)}`, GLIBC);
  t.true(readFileSync(join(root, 'README.md'), 'utf8').includes(`glibc ${GLIBC}`));
});

test('every relative link of a page in the package leads to a file in it', async (t) => {
  const { package: target } = await installed!;
  const pages = readdirSync(target, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
  const links = pages.flatMap((page) =>
    [...readFileSync(join(target, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to = '']) => ({
      page,
      to: join(dirname(page), to),
    })),
  );
  for (const page of ['README.md', 'bench/README.md', 'examples/README.md']) t.true(pages.includes(page), page);
  t.true(links.length > 40);
  t.deepEqual(
    links.filter(({ to }) => !existsSync(join(target, to))),
    [],
  );
});

test('the examples of the package are compiled as their page tells', async (t) => {
  const { package: target, project } = await installed!;
  const [words] = readFileSync(join(target, 'examples', 'README.md'), 'utf8').match(/(?<=^npx tsc ).*watch\.ts.*$/m)!;
  const copy = join(project, 'examples');
  cpSync(join(target, 'examples'), copy, { recursive: true });
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = await run(process.execPath, [tsc, ...words.split(' ')], { cwd: copy });
  t.is(status, 0, stdout);
  for (const name of ['watch', 'plug-service', 'cni-tap']) t.true(existsSync(join(copy, `${name}.js`)), name);
});

test('the command line runs from the package, devices included', async (t) => {
  const { package: target, project } = await installed!;
  const bin = join(target, manifest.bin.ovskit);
  t.regex(await output(bin, ['--version'], { cwd: project }), /\d+\.\d+\.\d+/);
  t.regex(await output(bin, ['netdev', 'show', 'lo'], { cwd: project }), /65536/);
});

const elsewhere = `Object.defineProperty(process, 'platform', { value: 'darwin' });`;

test('on another system all can be imported, and calls about devices say that they are not supported here', async (t) => {
  const error = await inProject(
    'elsewhere.mjs',
    `${elsewhere}
    const modules = await Promise.all(${JSON.stringify(entryPoints)}.map((name) => import(name)));
    const { getLink } = await import('ovskit/netdev');
    try { getLink('lo'); } catch ({ code, message }) { console.log(JSON.stringify({ code, message })); }`,
  );
  t.like(error, { code: 'ERR_NETDEV_UNSUPPORTED' });
  t.regex((error as Error).message, /not supported here.*darwin/);
});

test('where the addon can neither be found nor compiled, the installation says so and does not fail', async (t) => {
  const { package: target } = await installed!;
  const without = await temporaryDirectory(t);
  const copy = join(without, 'node_modules', 'ovskit');
  cpSync(target, copy, { recursive: true, filter: (path) => !path.includes('prebuilds') });
  cpSync(join(target, '..', 'node-gyp-build'), join(copy, '..', 'node-gyp-build'), { recursive: true });
  const env = { PATH: join(without, 'nothing'), HOME: without };
  const { status, stderr } = await run(process.execPath, ['native/install.mjs'], { cwd: copy, env });
  t.is(status, 0);
  t.regex(stderr, /could not be compiled here.*npm rebuild ovskit/s);
});
