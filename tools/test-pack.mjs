#!/usr/bin/env node
// `npm run test:pack`: installs the package on a machine without a compiler and without this checkout, imports every entry point
// and plugs a VIF into a real Open vSwitch. The machine is a fresh Debian in a chroot, made by debootstrap, with mounts and
// network of its own where it counts. Takes root, Debian and its mirror; npm's registry or cache for the dependencies.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from './lib/child.mjs';
import { SetupError } from './lib/errors.mjs';
import { inRoot } from './lib/paths.mjs';
import { runWhenSetUp } from './lib/setup.mjs';
import { aptInstall } from './lib/system-packages.mjs';

/** @param {string} line */
const say = (line) => process.stdout.write(`test-pack: ${line}\n`);

const DEBOOTSTRAP = '/usr/sbin/debootstrap';
const RELEASE = 'bookworm';

/** Runs in the chroot, in an empty project. */
const SCRIPT = `set -e
export HOME=/root PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin npm_config_cache=/root/cache
cd /root/project
for tool in cc gcc g++ make; do
  if command -v $tool; then echo "there is a $tool" >&2; exit 1; fi
done
npm init --yes >/dev/null
npm install --prefer-offline --no-audit --no-fund ./ovskit.tgz
node import.mjs
npx --no-install ovskit sandbox -- sh -ec '
  ovs-vsctl add-br br-int -- set Bridge br-int datapath_type=netdev
  node plug.mjs
  test "$(ovs-vsctl get Interface tap0 ofport)" -gt 0
  ovs-vsctl --columns=name,ofport,external_ids list Interface tap0
'
`;

/** @param {string[]} names */
const importAll = (names) => `
for (const name of ${JSON.stringify(names)}) {
  const { length } = Object.keys(await import(name));
  console.log(name + ': ' + length + ' names');
}`;

const PLUG = `
import { connect } from 'ovskit';
import { Plugger } from 'ovskit/vif';
const ovs = await connect();
const plugger = new Plugger(ovs);
const { name, ofport } = await plugger.plug({
  vif: {
    id: '8f3c0a52-5a1e-4c58-9c2b-0d4c1a9e7b10',
    type: 'ovs',
    devname: 'tap0',
    address: 'fa:16:3e:11:22:33',
    network: { bridge: 'br-int' },
  },
  instance: { uuid: '0d4c1a9e-5a1e-4c58-9c2b-8f3c0a527b10' },
});
console.log('plugged ' + name + ', ofport ' + ofport);
await plugger.close();
await ovs.close();`;

/**
 * @param {string} command
 * @param {string[]} args
 * @param {'pipe' | 'inherit'} stdio
 */
async function run(command, args, stdio = 'inherit') {
  const { status, stdout } = await runChild(command, args, { group: true, stdio: ['ignore', stdio, 'inherit'] });
  if (status !== 0) throw new SetupError(`FAILED: ${command} ended with exit status ${status}`);
  return stdout.trim();
}

/** @param {string} machine */
async function makeMachine(machine) {
  say(`a fresh ${RELEASE} in ${machine}`);
  const cache = inRoot('.setup', 'debootstrap');
  mkdirSync(cache, { recursive: true });
  const packages = '--include=openvswitch-switch,iproute2,ca-certificates';
  await run(DEBOOTSTRAP, ['--variant=minbase', `--cache-dir=${cache}`, packages, RELEASE, machine], 'pipe');
  // Debian 12 has no Node.js of the version that ovskit needs: ours goes along, with its npm.
  copyFileSync(realpathSync(process.execPath), join(machine, 'usr/local/bin/node'));
  const npm = realpathSync(await run('which', ['npm'], 'pipe'));
  cpSync(join(npm, '..', '..'), join(machine, 'usr/local/lib/npm'), { recursive: true });
  for (const name of ['npm', 'npx']) {
    const text = `#!/bin/sh\nexec node /usr/local/lib/npm/bin/${name}-cli.js "$@"\n`;
    writeFileSync(join(machine, 'usr/local/bin', name), text, { mode: 0o755 });
  }
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  for (const file of ['/etc/resolv.conf', '/etc/hosts', certificates]) {
    if (existsSync(file)) copyFileSync(file, join(machine, file));
  }
  mkdirSync(join(machine, 'root/project'), { recursive: true });
}

/** @param {string} machine */
async function pack(machine) {
  say('packing');
  const directory = join(machine, 'root/project');
  const [{ filename }] = JSON.parse(
    await run('npm', ['pack', '--silent', '--json', '--ignore-scripts', '--pack-destination', directory], 'pipe'),
  );
  renameSync(join(directory, filename), join(directory, 'ovskit.tgz'));
  const { exports } = JSON.parse(await run('npm', ['pkg', 'get', '--json'], 'pipe'));
  const names = Object.keys(exports).filter((name) => name !== './package.json');
  writeFileSync(join(directory, 'import.mjs'), importAll(names.map((name) => `ovskit${name.slice(1)}`)));
  writeFileSync(join(directory, 'plug.mjs'), PLUG);
  const cache = await run('npm', ['config', 'get', 'cache'], 'pipe');
  mkdirSync(join(machine, 'root/cache'), { recursive: true });
  return cache;
}

async function main() {
  if (process.geteuid?.() !== 0) throw new SetupError('this takes root: it makes a chroot');
  if (!existsSync(DEBOOTSTRAP)) await aptInstall(say, ['debootstrap']);
  await run(process.execPath, [inRoot('tools', 'prebuild.mjs')]);
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-pack-'));
  const machine = join(directory, 'machine');
  try {
    await makeMachine(machine);
    const cache = await pack(machine);
    say('installing and plugging in it');
    // Mounts that vanish with the process. npm's cache is lent, for a registry that is away.
    const mounts = [
      `mount -t proc proc ${machine}/proc`,
      `mount --rbind /sys ${machine}/sys`,
      `mount --rbind /dev ${machine}/dev`,
      `if [ -d "${cache}" ]; then mount --bind "${cache}" ${machine}/root/cache; fi`,
      `exec chroot ${machine} /bin/sh -c "$1"`,
    ];
    const certificates = 'NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt';
    const inside = ['--mount', '--propagation', 'private', 'sh', '-ec', mounts.join('\n'), 'sh', SCRIPT];
    await run('env', ['-i', certificates, 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'unshare', ...inside]);
    say('installed without a compiler, imported, and plugged into a real switch');
    return 0;
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

process.exitCode = await runWhenSetUp(say, main);
