import test from 'ava';
import type { DraftRow, SwitchTransaction } from '../../../src/vswitch/index.js';
import { Ovs } from '../../../src/vswitch/index.js';
import { withSwitchDatabase } from '../../support/database.js';
import { behindProxy, codeOf, port } from './requests.js';

test.serial('what another client does meanwhile is the fault of none but whom it concerns', async (t) => {
  const { ovs, direct, proxy } = await behindProxy(t);
  await direct.transact((tx) => tx.addBridge('br1'));
  await ovs.sync();
  // Held back, the replica doesn't see what the other client does.
  proxy.hold();
  await direct.transact((tx) => {
    tx.addPort('br0', 'p1');
    tx.deleteBridge('br1');
  });
  const results = Promise.allSettled([
    ovs.transact(port('p0')),
    ovs.transact(port('p1')),
    ovs.transact((tx) => tx.addPort('br0', 'p1', { mayExist: true })),
    ovs.transact((tx) => tx.addPort('br1', 'p2')),
    ovs.transact(port('p3')),
  ]);
  proxy.release();
  t.deepEqual((await results).map(codeOf), ['ok', 'ERR_VSWITCH_NAME_TAKEN', 'ok', 'ERR_VSWITCH_NO_BRIDGE', 'ok']);
});

test.serial('what others change that the replica does not hold is looked at again', async (t) => {
  const { ovs, vsctl, remote } = await withSwitchDatabase(t);
  await using other = await Ovs.connect(remote);
  await ovs.transact((tx) => tx.addBridge('br0'));
  await other.sync();
  const count = (tx: SwitchTransaction) => {
    const row = tx.record('Bridge', 'br0') as DraftRow;
    const number = (tx.get(row, 'other_config') as ReadonlyMap<string, string>).get('n') ?? '0';
    tx.verify(row, 'other_config');
    tx.set(row, { other_config: new Map([['n', String(Number(number) + 1)]]) });
  };
  const callers = [ovs, other, ovs].map(async (each) => {
    for (let number = 0; number < 50; number++) await each.transact(count);
  });
  await Promise.all(callers);
  t.is(vsctl('get', 'Bridge', 'br0', 'other_config:n'), '"150"');
});
