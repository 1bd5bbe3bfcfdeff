import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import {
  createTap,
  createVethPair,
  enterPrivateNetwork,
  getLinkDetails,
  linkExists,
  listLinkDetails,
  moveLink,
} from '../../../src/netdev/index.js';
import { needsRoot } from '../../support/root.js';
import { errorOf, run } from './support.js';

const rootTest = needsRoot(test);
const children: ChildProcess[] = [];

rootTest.before(() => {
  enterPrivateNetwork();
  // ip-netns(8) keeps its names in /run, and nothing of this test shall stay there.
  run('mount', '-t', 'tmpfs', 'tmpfs', '/run');
  run('ip', 'netns', 'add', 'one');
});
rootTest.after.always(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** A process in a network namespace of its own; resolves when it is there. */
async function elsewhere(): Promise<number> {
  const child = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid!;
}

const linksOf = (pid: number) => run('nsenter', `--net=/proc/${pid}/ns/net`, 'ip', '-o', 'link');
const linksOfOne = () => run('ip', '-n', 'one', '-o', 'link');

rootTest.serial('a link moves to a namespace by name, path and process', async (t) => {
  const pid = await elsewhere();
  await createVethPair('a0', 'b0');
  await createVethPair('a1', 'b1');
  await moveLink('b0', { name: 'one' });
  await moveLink('b1', { pid });
  t.regex(linksOfOne(), / b0@/);
  t.regex(linksOf(pid), / b1@/);
  t.false(linkExists('b0') || linkExists('b1'));
  await moveLink('a1', { path: '/run/netns/one' }, { name: 'renamed1' });
  t.regex(linksOfOne(), / renamed1@/);
  const details = await getLinkDetails('a0');
  t.is(details.link, null);
  t.not(details.linkNamespaceId, null);
  t.not(details.linkIndex, null);
});

rootTest.serial('what keeps a link from moving', async (t) => {
  await createVethPair('a2', 'b2');
  run('ip', '-n', 'one', 'link', 'add', 'a2', 'type', 'bridge');
  const missing = { code: 'ERR_NETDEV_NO_NAMESPACE', device: 'a2' };
  t.like(await errorOf(() => moveLink('a2', { name: 'nope' })), { ...missing, errno: 'ENOENT' });
  t.like(await errorOf(() => moveLink('a2', { path: '/nope/net' })), missing);
  t.like(await errorOf(() => moveLink('a2', { pid: 0x7fff_fff0 })), { ...missing, errno: 'ESRCH' });
  t.like(await errorOf(() => moveLink('a2', { path: '/etc/hostname' })), { code: 'ERR_NETDEV', errno: 'EINVAL' });
  t.like(await errorOf(() => moveLink('a2', { name: 'one' })), {
    code: 'ERR_NETDEV_EXISTS',
    device: 'a2',
    errno: 'EEXIST',
  });
  t.like(await errorOf(() => moveLink('lo', { name: 'one' })), { code: 'ERR_NETDEV', device: 'lo', errno: 'EINVAL' });
  t.like(await errorOf(() => moveLink('nope0', { name: 'one' })), { code: 'ERR_NETDEV_NO_DEVICE', device: 'nope0' });
  for (const name of ['', '..', '../self', 'a/b']) {
    t.is((await errorOf(() => moveLink('a2', { name }))).code, 'ERR_INVALID_ARGUMENT', name);
  }
  t.true(linkExists('a2'));
});

rootTest.serial('after a move to another namespace, requests go there; those before went to the old one', async (t) => {
  const before = readlinkSync('/proc/thread-self/ns/net');
  await createVethPair('old0', 'old1');
  const pending = createVethPair('late0', 'late1');
  enterPrivateNetwork();
  t.not(readlinkSync('/proc/thread-self/ns/net'), before);
  await pending;
  t.deepEqual(
    (await listLinkDetails()).map(({ name }) => name),
    ['lo'],
  );
  await createVethPair('new0', 'new1');
  await createTap('tap0');
  t.deepEqual((await listLinkDetails()).map(({ name }) => name).sort(), ['lo', 'new0', 'new1', 'tap0']);
});

rootTest.serial(
  'a worker thread has its own namespace, and its end with requests in flight harms nobody',
  async (t) => {
    const program = `
    const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(new URL('../../../src/netdev/index.js', import.meta.url).href)}).then(async (netdev) => {
      netdev.enterPrivateNetwork();
      await netdev.createVethPair('w0', 'w1');
      parentPort.postMessage((await netdev.listLinkDetails()).map(({ name }) => name).sort());
      for (;;) await netdev.createLinks(Array.from({ length: 50 }, (_, i) => ({ kind: 'bridge', name: 'x' + i })));
    });`;
    const worker = new Worker(program, { eval: true });
    const [names] = await once(worker, 'message');
    t.deepEqual(names, ['lo', 'w0', 'w1']);
    const inFlight = listLinkDetails();
    await worker.terminate();
    t.false((await inFlight).some(({ name }) => name === 'w0'));
    t.false(linkExists('w0'));
  },
);

rootTest.serial('what is no namespace is refused, and a FIFO does not keep us waiting', async (t) => {
  for (const wrong of [undefined, null, 'name', {}, { path: '' }, { name: undefined }, { name: '../x' }, { pid: 0 }]) {
    await t.throwsAsync(moveLink('lo', wrong as unknown as { pid: number }), { code: 'ERR_INVALID_ARGUMENT' });
  }
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-fifo-'));
  run('mkfifo', join(directory, 'fifo'));
  await t.throwsAsync(moveLink('lo', { path: join(directory, 'fifo') }), { code: 'ERR_NETDEV', message: /EINVAL/ });
  rmSync(directory, { recursive: true });
});
