import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import test from 'ava';
import type { SwitchTransaction } from '../../../src/vswitch/index.js';
import { withSwitchDatabase } from '../../support/database.js';
import { behindProxy, codeOf, port } from './requests.js';

test.serial('a signal takes a request out until it is sent', async (t) => {
  const { ovs, vsctl, proxy } = await behindProxy(t);
  proxy.hold();
  const first = ovs.transact(port('p0'));
  const [out, late] = [new AbortController(), new AbortController()];
  const reason = new Error('no longer needed');
  await new Promise(setImmediate);
  const waiting = [
    ovs.transact(port('p1'), { signal: out.signal }),
    ovs.transact(port('p2'), { signal: late.signal }),
    ovs.transact(port('p3')),
  ];
  const settled = Promise.allSettled(waiting);
  out.abort(reason);
  const error = await t.throwsAsync(waiting[0] as Promise<unknown>, { code: 'ERR_ABORTED' });
  t.is(error?.cause, reason);
  proxy.release();
  await first;
  proxy.hold();
  // It is under way now, and what it comes to can't be told any more.
  await new Promise(setImmediate);
  late.abort(reason);
  await t.throwsAsync(waiting[1] as Promise<unknown>, { code: 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN' });
  proxy.release();
  t.deepEqual((await settled).map(codeOf), ['ERR_ABORTED', 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN', 'ok']);
  t.is(vsctl('list-ports', 'br0'), 'p0\np2\np3');
});

test.serial('what is under way ends with its own deadline, alone or joined with others', async (t) => {
  const { ovs, vsctl, proxy } = await behindProxy(t);
  proxy.hold();
  const alone = ovs.transact(port('p0'), { timeout: 100 });
  const error = await t.throwsAsync(alone, { code: 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN' });
  const [, within] = /within (\d+) ms/.exec((error.cause as Error).message) ?? [];
  t.true(Number(within) <= 100, `within ${within} ms`);
  proxy.release();
  await ovs.sync();
  proxy.hold();
  const late = [ovs.transact(port('p1'), { timeout: 100 }), ovs.transact(port('p2'), { timeout: 300 })];
  const patient = ovs.transact(port('p3'));
  for (const each of late) await t.throwsAsync(each, { code: 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN' });
  proxy.release();
  await patient;
  t.is(vsctl('list-ports', 'br0'), 'p0\np1\np2\np3');
});

test.serial('a request that waits too long is refused or waits, as asked; its deadline is its own', async (t) => {
  const { ovs, vsctl, proxy } = await behindProxy(t, { maxWaiting: 2 });
  proxy.hold();
  const first = ovs.transact(port('p0'));
  await new Promise(setImmediate);
  const waiting = [ovs.transact(port('p1')), ovs.transact(port('p2'), { timeout: 20 })];
  await t.throwsAsync(ovs.transact(port('p4'), { whenBusy: 'fail' }), { code: 'ERR_BUSY', message: /^2 changes/ });
  const patient = ovs.transact(port('p3'));
  await t.throwsAsync(waiting[1] as Promise<unknown>, { code: 'ERR_TIMEOUT' });
  proxy.release();
  await Promise.all([first, waiting[0], patient]);
  await ovs.transact(port('p5'), { whenBusy: 'fail' });
  t.is(vsctl('list-ports', 'br0'), 'p0\np1\np3\np5');
});

test.serial('a request that is given up while its transaction is overtaken does not wait for another', async (t) => {
  const { ovs, direct, proxy } = await behindProxy(t);
  const giveUp = new AbortController();
  proxy.hold();
  await direct.transact((tx) => tx.deleteBridge('br0'));
  const request = ovs.transact(port('p0'), { signal: giveUp.signal });
  // The reply has come, and says that the bridge has gone; nothing more can be sent.
  const onCommit = () => {
    proxy.cut();
    giveUp.abort();
  };
  subscribe('ovskit:commit', onCommit);
  t.teardown(() => unsubscribe('ovskit:commit', onCommit));
  await new Promise(setImmediate);
  proxy.release();
  await t.throwsAsync(request, { code: 'ERR_ABORTED' });
});

test.serial('a request that is given up while it is built changes nothing', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  const giveUp = new AbortController();
  const build = (tx: SwitchTransaction) => {
    tx.addPort('br0', 'p0');
    giveUp.abort();
  };
  const results = await Promise.allSettled([ovs.transact(build, { signal: giveUp.signal }), ovs.transact(port('p1'))]);
  t.deepEqual(results.map(codeOf), ['ERR_ABORTED', 'ok']);
  t.is(vsctl('list-ports', 'br0'), 'p1');
});
