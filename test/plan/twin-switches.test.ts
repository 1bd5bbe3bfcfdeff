import test from 'ava';
import { needsRoot } from '../support/root.js';
import { startTwins } from '../support/twins.js';

needsRoot(test)('with ovs-vswitchd too, a plan and its explanation come to the same', async (t) => {
  await using twins = await startTwins({ vswitchd: true });
  await twins.prepare(
    'ovs-vsctl add-br br0 -- set Bridge br0 datapath_type=netdev other_config:hwaddr=fa:16:3e:00:00:20',
  );
  await twins.same(t);
  const { interface: row } = await twins.run({
    steps: [
      { kind: 'create-tap', device: 'tap1', mac: 'fa:16:3e:00:00:21' },
      {
        kind: 'transaction',
        changes: [
          { change: 'add-port', bridge: 'br0', port: 'tap1', columns: { tag: 7 }, interface: { mtu_request: 1400 } },
        ],
      },
      { kind: 'wait-for-interface', interface: 'tap1', afterTransaction: true },
    ],
  });
  t.is(String(row?.ofport), await twins.ours.run('ovs-vsctl', 'get', 'Interface', 'tap1', 'ofport'));
  await twins.same(t);
});
