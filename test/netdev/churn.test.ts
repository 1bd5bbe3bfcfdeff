/** Devices that others make and delete all the time: each look, and each change, meets one that is there or none. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as immediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import {
  createBridge,
  createTap,
  deleteLink,
  deleteTap,
  enterPrivateNetwork,
  isIpv6Disabled,
  setIpv6Disabled,
} from '../../src/netdev/index.js';
import { needsRoot } from '../support/root.js';

const rootTest = needsRoot(test).serial;
rootTest.before(() => enterPrivateNetwork());

/** What came of many tries, which is one thing or another: the codes of errors, `done` without one. */
async function outcomes(count: number, act: () => unknown): Promise<string[]> {
  const seen = new Set<string>();
  for (let i = 0; i < count || seen.size < 2; i++) {
    try {
      await act();
      seen.add('done');
    } catch (error) {
      seen.add((error as { code?: string }).code ?? String(error));
    }
    if (i % 4 === 0) await immediate();
  }
  return [...seen].sort();
}

rootTest('IPv6 of a bridge that comes and goes: it is on or off, or there is no device', async (t) => {
  let looking = true;
  // The addon makes and deletes on a thread of its own.
  const churn = (async () => {
    while (looking) {
      await createBridge('br0');
      await deleteLink('br0');
    }
  })();
  const seen = await outcomes(4000, () => {
    isIpv6Disabled('br0');
    setIpv6Disabled('br0', true);
  });
  looking = false;
  await churn;
  t.deepEqual(seen, ['ERR_NETDEV_NO_DEVICE', 'done']);
});

rootTest('a tap that another process deletes by force while it is made', async (t) => {
  const other = await deleteAllTheTime(t, 'tap0');
  const seen = new Set<string>();
  for (let i = 0; i < 150; i++) {
    const made = createTap('tap0', { up: true, alias: 'ours', mayExist: i % 2 === 0 }).then(
      () => 'done',
      (error) => error.code,
    );
    seen.add(await made);
    if (i % 3 === 0) await deleteTap('tap0', { force: true, ifExists: true });
  }
  other.kill();
  t.is((await once(other, 'exit'))[1], 'SIGTERM');
  const possible = ['done', 'ERR_NETDEV_EXISTS', 'ERR_NETDEV_NO_DEVICE'];
  t.deepEqual(
    [...seen].filter((outcome) => !possible.includes(outcome)),
    [],
  );
  t.true(seen.has('done'));
});

/** Another process, which never meets anything but a tap or none. */
async function deleteAllTheTime(t: ExecutionContext, device: string): Promise<ChildProcess> {
  const program = `import('${new URL('../../src/netdev/index.js', import.meta.url)}').then(async ({ deleteTap }) => {
    console.log('ready');
    for (;;) await deleteTap('${device}', { force: true, ifExists: true });
  })`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}
