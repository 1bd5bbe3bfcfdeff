import test from 'ava';
import { BUSYBOX } from '../../../tools/vm/inside.js';
import { ip, run } from './support.js';
import { type Switch, startSwitch } from './switch.js';

let ovs: Switch;
test.before(async () => {
  ovs = await startSwitch();
});
test.after.always(async () => {
  await ovs?.stop();
});

test.serial('a bridge is one on the kernel datapath', async (t) => {
  await ovs.vsctl('add-br', 'br0');
  t.regex(await ovs.appctl('dpif/show'), /^system@ovs-system:/);
  const [device] = await ip('link', 'show', 'ovs-system');
  t.is(device.linkinfo.info_kind, 'openvswitch');
});

test.serial('ports of two network namespaces reach each other through a flow in the kernel', async (t) => {
  for (const [n, name] of ['left', 'right'].entries()) {
    await run('ip', 'netns', 'add', name);
    await run('ip', 'link', 'add', `v${name}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    await run('ip', '-n', name, 'address', 'add', `192.0.2.${n + 1}/24`, 'dev', 'eth0');
    await run('ip', '-n', name, 'link', 'set', 'eth0', 'up');
    await run('ip', 'link', 'set', `v${name}`, 'up');
    await ovs.vsctl('add-port', 'br0', `v${name}`);
  }
  const ping = await run('ip', 'netns', 'exec', 'left', BUSYBOX, 'ping', '-c', '3', '-W', '10', '192.0.2.2');
  t.regex(ping, /3 packets received/);
  const flows = await ovs.appctl('dpctl/dump-flows', 'system@ovs-system');
  t.regex(flows, /eth_type\(0x0800\).*packets:[1-9]/);
});

test.serial('a port whose device is not there says so', async (t) => {
  await ovs.vsctl('add-port', 'br0', 'nosuchdev');
  t.is((await ovs.vsctl('get', 'Interface', 'nosuchdev', 'ofport')).trim(), '-1');
  t.regex(await ovs.vsctl('get', 'Interface', 'nosuchdev', 'error'), /nosuchdev.*No such device/);
});
