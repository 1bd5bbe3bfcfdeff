import test from 'ava';
import { behindProxy, codeOf, port } from './requests.js';

test.serial(
  'when the connection dies, all that were sent have an unknown outcome, and those that wait go on',
  async (t) => {
    const { ovs, direct, vsctl, proxy } = await behindProxy(t);
    proxy.hold();
    const first = ovs.transact(port('p0'));
    const alongside = ovs.transact(port('p1'));
    await new Promise(setImmediate);
    const after = ovs.transact(port('p2'));
    await direct.replica.waitUntil('the ports that were sent', () => direct.tables.port('p1'));
    proxy.drop();
    proxy.release();
    const results = await Promise.allSettled([first, alongside, after]);
    const unknown = 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN';
    t.deepEqual(results.map(codeOf), [unknown, unknown, 'ok']);
    t.is(vsctl('list-ports', 'br0'), 'p0\np1\np2');
  },
);

test.serial('what waits for a connection is told when the client is closed', async (t) => {
  const { ovs, proxy } = await behindProxy(t);
  const lost = new Promise<void>((resolve) => ovs.client.onState(({ state }) => state !== 'ready' && resolve()));
  proxy.cut();
  await lost;
  const waiting = Promise.allSettled([ovs.transact(port('p0')), ovs.transact(port('p1'))]);
  await new Promise(setImmediate);
  t.is(ovs.waiting, 2);
  await ovs.close();
  t.deepEqual((await waiting).map(codeOf), ['ERR_OVSDB_CLOSED', 'ERR_OVSDB_CLOSED']);
});
