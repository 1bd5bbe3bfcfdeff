import { mkdirSync } from 'node:fs';
import test from 'ava';
import { getFeatures, getLink, getLinkSettings, linkExists } from '../../../src/netdev/index.js';
import { parseRecords, reconfigure } from '../../../src/reconfigure/index.js';
import { Ovs } from '../../../src/vswitch/index.js';
import { BUSYBOX, guestNic, netdevOf, scaled } from '../../../tools/vm/inside.js';
import { hostDocument } from '../../reconfigure/host.js';
import { eventually, run } from './support.js';
import { type Switch, startSwitch } from './switch.js';

let sw: Switch;
let ovs: Ovs;

/** The LAN: a bridge in another namespace, with an address for untagged frames and one in VLAN 5. */
test.before(async () => {
  // Where ovs-vswitchd has the bridges' sockets unless it is told otherwise.
  mkdirSync('/var/run/openvswitch', { recursive: true });
  sw = await startSwitch();
  ovs = await Ovs.connect(sw.remote);
  const lan = (...words: string[]) => run('ip', '-n', 'lan', ...words);
  await run('ip', 'netns', 'add', 'lan');
  await lan('link', 'add', 'lan', 'type', 'bridge');
  for (const card of [0, 1, 2]) {
    const peer = ['type', 'veth', 'peer', 'name', `lan${card}`, 'netns', 'lan'];
    await run('ip', 'link', 'add', `card${card}`, 'address', `52:54:00:77:00:0${card + 1}`, ...peer);
    await lan('link', 'set', `lan${card}`, 'up', 'master', 'lan');
  }
  await lan('link', 'add', 'link', 'lan', 'name', 'lan.5', 'type', 'vlan', 'id', '5');
  for (const [device, address] of [
    ['lan', '10.77.0.254/24'],
    ['lan.5', '10.77.5.254/24'],
  ] as const) {
    await lan('address', 'add', address, 'dev', device);
    await lan('link', 'set', device, 'up');
  }
});

test.after.always(async () => {
  await ovs?.close();
  await sw?.stop();
});

/** The host of the other tests, on cards of these names. */
function host(names: Record<string, string>, secure = false, more: Record<string, object> = {}) {
  const document = hostDocument({ secure });
  for (const pif of Object.values(document.pifs)) pif.device = names[pif.device] ?? pif.device;
  for (const [ref, fields] of Object.entries(more))
    Object.assign((document.pifs as Record<string, object>)[ref]!, fields);
  return parseRecords(document);
}

const veths = { eth0: 'card0', eth1: 'card1', eth2: 'card2' };
const timeout = scaled(20_000);

async function reaches(device: string, own: string, address: string): Promise<boolean> {
  await run('ip', 'address', 'replace', `${own}/24`, 'dev', device);
  await run('ip', 'link', 'set', device, 'up');
  return (await run(BUSYBOX, 'ping', '-c', '2', '-W', String(scaled(2)), address)).includes(' 0% packet loss');
}

test.serial('a bond and a VLAN on it, on the kernel datapath; the slave takes over, and gives back', async (t) => {
  const records = host(veths);
  await reconfigure(ovs, records, { up: 'bond0.5' }, { timeout });
  t.regex(await sw.appctl('dpif/show'), /^system@ovs-system:/);
  t.true(await reaches('xapi0', '10.77.0.1', '10.77.0.254'));
  t.true(await reaches('xapi6', '10.77.5.1', '10.77.5.254'));
  // A member that was down when it was added would have to wait for updelay: 31 s.
  const members = (await sw.appctl('bond/show', 'bond0')).match(/member card\d: \w+/g);
  t.deepEqual(members, ['member card1: enabled', 'member card2: enabled']);
  t.false((await reconfigure(ovs, records, { up: 'bond0.5' }, { timeout })).changed);

  await reconfigure(ovs, records, { up: 'card1' }, { timeout });
  t.false(linkExists('xapi0'));
  t.true(await reaches('xenbr1', '10.77.0.2', '10.77.0.254'));
  t.false(getLink('card2').up);
  await reconfigure(ovs, records, { up: 'bond0' }, { timeout });
  t.true(await reaches('xapi0', '10.77.0.1', '10.77.0.254'));
  await reconfigure(ovs, records, { down: 'bond0' }, { timeout });
  t.is(await sw.vsctl('list-br'), '');
  t.false(getLink('card1').up || getLink('card2').up);
});

test.serial('management with a secure fail mode, on the kernel datapath', async (t) => {
  const records = host(veths, true);
  await reconfigure(ovs, records, { up: 'card0' }, { timeout });
  t.is((await sw.vsctl('get-fail-mode', 'xenbr0')).trim(), 'secure');
  t.is((await run('ovs-ofctl', 'dump-flows', 'xenbr0')).match(/priority=0/g)?.length, 4);
  t.true(await reaches('xenbr0', '10.77.0.1', '10.77.0.254'));
  await reconfigure(ovs, records, { down: 'card0' }, { timeout });
});

test.serial(
  'a real card gets its settings, offloads and MTU; a VLAN workaround that the kernel has not is a warning',
  async (t) => {
    const device = netdevOf(guestNic('e1000'));
    const other_config = {
      // QEMU's card runs at 1000 Mb/s whatever it is told.
      'ethtool-duplex': 'full',
      'ethtool-autoneg': 'off',
      'ethtool-tso': 'off',
      mtu: '1300',
    };
    const records = host({ eth0: device }, false, { eth0: { other_config } });
    const { log } = await reconfigure(ovs, records, { up: device }, { timeout });
    t.is(await eventually(true, () => getLink(device).carrier, scaled(5_000)), true);
    t.like(getLinkSettings(device), { duplex: 'full', autoneg: false });
    const { features } = getFeatures(device);
    t.false(features['rx-gro']?.active);
    t.false(features['tx-tcp-segmentation']?.requested);
    t.is(getLink(device).mtu, 1300);
    // e1000 takes tags off and puts them on by itself.
    t.regex(log.map(({ message }) => message).join('\n'), /no VLAN workaround to turn on/);
    const again = await reconfigure(ovs, records, { up: device }, { timeout });
    t.false(again.changed);
    await reconfigure(ovs, records, { down: device }, { timeout });
    t.false(getLink(device).up);
  },
);
