import { execFileSync } from 'node:child_process';
import test from 'ava';
import { getLink, linkExists } from '../../src/netdev/index.js';
import { explain } from '../../src/plan/index.js';
import { Plugger, type PlugRequest } from '../../src/vif/index.js';
import type { Ovs } from '../../src/vswitch/index.js';
import { needsRoot } from '../support/root.js';
import { ovs, plugger, useSwitch, vsctl } from '../support/switch.js';
import { request } from './request.js';

/** What os-vif and ovs-cni users ask of a port, on a real switch. */
const rootTest = needsRoot(test).serial;

useSwitch(rootTest, 'br-int', 'br-ex');

const get = (table: string, name: string, column: string) => vsctl('get', table, name, column);

/** As a request, with the fields of `port`. */
const withPort = (n: number, port: PlugRequest['port'], options: Parameters<typeof request>[1] = {}) =>
  request(n, { ...options, port });

rootTest('VLANs, by id and range', async (t) => {
  await plugger.plug(withPort(1, { tag: 7, trunks: [10, '20-22'], vlan_mode: 'native-untagged' }));
  t.is(get('Port', 'tap1', 'tag'), '7');
  t.is(get('Port', 'tap1', 'trunks'), '[10, 20, 21, 22]');
  t.is(get('Port', 'tap1', 'vlan_mode'), 'native-untagged');
  t.false((await plugger.plug(withPort(1, { tag: 7, trunks: ['20-22', 10], vlan_mode: 'native-untagged' }))).changed);
  t.true((await plugger.plug(withPort(1, { tag: 8 }))).changed);
  t.is(get('Port', 'tap1', 'tag'), '8');
  t.is(get('Port', 'tap1', 'trunks'), '[10, 20, 21, 22]', 'what is not said is left alone');
  await plugger.unplug(request(1));
});

rootTest('an isolated VIF is made with the dead VLAN, and its tag is never taken from it again', async (t) => {
  const isolated = withPort(2, { isolate_vif: true });
  await plugger.plug(isolated);
  t.is(get('Port', 'tap2', 'tag'), '4095');
  vsctl('set', 'Port', 'tap2', 'tag=5');
  vsctl('set', 'Interface', 'tap2', 'external_ids:iface-status=inactive');
  t.true((await plugger.plug(isolated)).changed);
  t.is(get('Port', 'tap2', 'tag'), '5');
  vsctl('clear', 'Port', 'tap2', 'tag');
  await plugger.plug(isolated);
  t.is(get('Port', 'tap2', 'tag'), '[]', 'it is live');
  await plugger.unplug(isolated);
});

rootTest('a port that nobody has opened is isolated only if it gets no tag meanwhile', async (t) => {
  const isolated = withPort(3, { isolate_vif: true });
  // No such device: ovs-vswitchd can't open it.
  vsctl('--no-wait', 'add-port', 'br-int', 'tap3');
  await ovs.replica.waitUntil('the error', () => ovs.tables.interface('tap3')?.ofport === -1);
  const plan = await plugger.plan('plug', isolated);
  const changes = plan.steps.flatMap((step) => (step.kind === 'transaction' ? step.changes : []));
  t.deepEqual(changes.slice(0, 2) as unknown, [
    { change: 'wait', table: 'Port', record: 'tap3', columns: { tag: null } },
    { change: 'set', table: 'Port', record: 'tap3', columns: { tag: 4095 } },
  ]);
  await plugger.plug(isolated);
  t.is(get('Port', 'tap3', 'tag'), '4095');
  await plugger.unplug(isolated);
});

rootTest('a port that is wired while it is being isolated keeps its tag', async (t) => {
  const isolated = withPort(12, { isolate_vif: true });
  vsctl('--no-wait', 'add-port', 'br-int', 'tap12');
  await ovs.replica.waitUntil('the error', () => ovs.tables.interface('tap12')?.ofport === -1);
  const racing: Ovs = Object.create(ovs, {
    tables: { value: ovs.tables },
    replica: { value: ovs.replica },
    sync: { value: () => ovs.sync() },
    waitForInterface: { value: ovs.waitForInterface.bind(ovs) },
    transact: {
      value: (...args: Parameters<Ovs['transact']>) => {
        vsctl('--no-wait', 'set', 'Port', 'tap12', 'tag=6');
        return ovs.transact(...args);
      },
    },
  });
  await new Plugger(racing).plug(isolated);
  t.is(get('Port', 'tap12', 'tag'), '6');
  await plugger.unplug(isolated);
});

rootTest('QoS and policing come with the port, change with it and go with it', async (t) => {
  const limited = (rate: number) =>
    withPort(4, {
      qos: { type: 'linux-htb', max_rate: rate },
      ingress_policing_rate: 1000,
      ingress_policing_burst: 100,
    });
  const plan = await plugger.plan('plug', limited(1_000_000));
  t.is(plan.steps.filter(({ kind }) => kind === 'transaction').length, 1);
  await plugger.plug(limited(1_000_000));
  const uuid = get('Port', 'tap4', 'qos');
  t.is(vsctl('get', 'QoS', uuid, 'type', 'other_config'), 'linux-htb\n{max-rate="1000000"}');
  t.is(vsctl('get', 'Interface', 'tap4', 'ingress_policing_rate', 'ingress_policing_burst'), '1000\n100');
  t.false((await plugger.plug(limited(1_000_000))).changed);
  await plugger.plug(limited(2_000_000));
  t.is(vsctl('get', 'QoS', get('Port', 'tap4', 'qos'), 'other_config'), '{max-rate="2000000"}');
  t.is(vsctl('--bare', '--columns=_uuid', 'list', 'QoS').split('\n').length, 1, 'the old row is gone');
  await plugger.unplug(limited(2_000_000));
  t.is(vsctl('list', 'QoS'), '');
});

rootTest("an unplug leaves somebody else's QoS alone", async (t) => {
  await plugger.plug(request(5));
  vsctl('set', 'Port', 'tap5', 'qos=@q', '--', '--id=@q', 'create', 'QoS', 'type=linux-noop');
  await ovs.sync();
  await plugger.unplug(request(5));
  t.is(vsctl('--bare', '--columns=type', 'list', 'QoS'), 'linux-noop');
  vsctl('--all', 'destroy', 'QoS');
});

rootTest('linux-noop for those who shape by other means', async (t) => {
  await plugger.plug(withPort(6, { qos: { type: 'linux-noop' } }));
  t.is(vsctl('get', 'QoS', get('Port', 'tap6', 'qos'), 'type'), 'linux-noop');
  await plugger.unplug(withPort(6, { qos: { type: 'linux-noop' } }));
  t.is(vsctl('list', 'QoS'), '');
});

rootTest('a bridge of its own, joined to the network by patch ports', async (t) => {
  const own = withPort(7, { per_port_bridge: true, tag: 9, datapath_type: 'netdev' });
  const { ofport } = await plugger.plug(own);
  const [bridge, inner, outer] = ['pb00000000-000', 'pbp00000000-00', 'ibp00000000-00'];
  t.is(vsctl('list-ports', bridge), `${inner}\ntap7`);
  t.is(vsctl('port-to-br', outer), 'br-int');
  t.is(get('Interface', outer, 'options:peer'), inner);
  t.is(get('Interface', inner, 'options:peer'), outer);
  t.is(get('Port', outer, 'tag'), '9');
  t.is(get('Port', 'tap7', 'tag'), '[]');
  t.is(get('Interface', outer, 'external_ids:iface-id'), '"00000000-0000-4000-8000-000000000007"');
  t.is(get('Interface', 'tap7', 'external_ids'), '{}');
  t.is(String(ofport), get('Interface', outer, 'ofport'));
  t.false((await plugger.plug(own)).changed);
  await plugger.unplug(own);
  t.deepEqual(vsctl('list-br').split('\n'), ['br-ex', 'br-int']);
  t.is(vsctl('list-ports', 'br-int'), '');
  t.false(linkExists('tap7'));
  t.false((await plugger.unplug(own)).changed);
});

rootTest('newton adds the bridge, of the datapath asked for, and sets its MTU', async (t) => {
  const byLibvirt = withPort(8, { datapath_type: 'netdev' }, { release: 'newton', bridge: 'br-new', mtu: 1400 });
  t.like(await plugger.plug(byLibvirt), { ofport: 65534, changed: true });
  t.is(get('Bridge', 'br-new', 'datapath_type'), 'netdev');
  t.is(getLink('br-new').mtu, 1400);
  t.false(linkExists('tap8'));
  t.false((await plugger.unplug(byLibvirt)).changed);
  const byOvskit = withPort(8, { create_port: true }, { release: 'newton', bridge: 'br-new' });
  t.true(((await plugger.plug(byOvskit)).ofport ?? 0) > 0);
  t.is(vsctl('list-ports', 'br-new'), 'tap8');
  await plugger.unplug(byOvskit);
  vsctl('del-br', 'br-new');
});

rootTest('by force a port moves to its bridge', async (t) => {
  await plugger.plug(request(9, { bridge: 'br-ex' }));
  await t.throwsAsync(plugger.plug(request(9)), { code: 'ERR_VSWITCH_PORT_ON_OTHER_BRIDGE' });
  const { ofport } = await plugger.plug(request(9), { force: true });
  t.is(vsctl('port-to-br', 'tap9'), 'br-int');
  t.true((ofport ?? 0) > 0);
  await plugger.unplug(request(9));
});

rootTest('a second port with its iface-id is reported, or replaced', async (t) => {
  await plugger.plug(request(10));
  const renamed = request(10, { vif: { devname: 'other10' } });
  await t.throwsAsync(plugger.plug(renamed), { code: 'ERR_VIF_DUPLICATE_IFACE_ID', message: /is on tap10 already/ });
  t.false(linkExists('other10'));
  await plugger.plug(renamed, { replace: true });
  t.is(vsctl('list-ports', 'br-int'), 'other10');
  await plugger.unplug(renamed);
  execFileSync('ip', ['link', 'delete', 'tap10']);
});

rootTest("ovs-vswitchd's own words come back, and nothing is left", async (t) => {
  const vhost = request(11, {
    vif: { type: 'vhostuser', details: { vhostuser_socket: '/run/vhost/vhu11', vhostuser_ovs_plug: true } },
    port: { mtu_request: 1450 },
  });
  const plan = await plugger.plan('plug', vhost);
  t.true(explain(plan).flat().includes('mtu_request=1450'));
  t.true(explain(plan).flat().includes('type=dpdkvhostuser'));
  const { message } = (await t.throwsAsync(plugger.plug(vhost), { code: 'ERR_VSWITCH_INTERFACE_FAILED' })) as Error;
  t.regex(message, /could not open interface vhu11: .*(unknown type|could not|not|No)/);
  t.is(vsctl('list-ports', 'br-int'), '');
});

rootTest('a plug that fails takes its row of QoS back in the transaction that takes the port back', async (t) => {
  const before = ovs.tables.root!.next_cfg;
  let transactions = 0;
  const counting: Ovs = Object.create(ovs, {
    tables: { value: ovs.tables },
    replica: { value: ovs.replica },
    client: { value: ovs.client },
    sync: { value: () => ovs.sync() },
    waitForInterface: { value: () => Promise.reject(new Error('ovs-vswitchd was killed')) },
    transact: {
      value: (...args: Parameters<Ovs['transact']>) => {
        transactions++;
        return ovs.transact(...args);
      },
    },
  });
  await t.throwsAsync(new Plugger(counting).plug(withPort(20, { qos: { type: 'linux-noop' } })), {
    code: 'ERR_PLAN_STEP_FAILED',
  });
  t.is(transactions, 2);
  t.true(ovs.tables.root!.next_cfg > before);
  t.is(vsctl('list', 'QoS'), '');
  t.notRegex(vsctl('list-ports', 'br-int'), /^tap20$/m);
});
