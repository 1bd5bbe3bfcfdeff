import test from 'ava';
import { getLink, linkExists } from '../../src/netdev/index.js';
import { explain } from '../../src/plan/index.js';
import { type Action, parseRecords, type Reconfigured, reconfigure } from '../../src/reconfigure/index.js';
import { needsRoot } from '../support/root.js';
import { host, hostDocument } from './host.js';
import { Lab, macOf, Probe } from './lab.js';

const rootTest = needsRoot(test).serial;
let lab: Lab;

rootTest.before(async () => {
  lab = await Lab.start(4);
});

rootTest.after.always(async () => {
  await lab?.stop();
});

/** In the datapath that needs no kernel module. */
function run(action: Action, records = host()): Promise<Reconfigured> {
  return reconfigure(lab.ovs, records, action, { datapathType: 'netdev' });
}

rootTest('a single card: its bridge has its address, and traffic passes', async (t) => {
  const { changed } = await run({ up: 'eth0' });
  t.true(changed);
  t.is(await lab.vsctl('list-ports', 'xenbr0'), 'eth0');
  t.is(getLink('xenbr0').mac, macOf(0));
  t.is(getLink('eth0').mtu, 1400);
  t.true(getLink('eth0').up);
  t.is(await lab.vsctl('br-get-external-id', 'xenbr0', 'xs-network-uuids'), 'network-xenbr0;network-xapi5');
  lab.address('xenbr0', '10.77.0.1');
  t.true(await lab.reaches(Lab.lan));
});

rootTest('up again: no transaction, no link touched, no packet lost', async (t) => {
  await using probe = new Probe(Lab.lan);
  t.true(await probe.answered(10_000));
  const { revision } = lab.ovs.replica;
  const before = getLink('eth0');
  const { changed, plan } = await run({ up: 'eth0' });
  t.false(changed);
  t.deepEqual(
    plan.steps.map(({ kind }) => kind),
    ['set-vlan-workaround'],
  );
  t.is(lab.ovs.replica.revision, revision);
  t.deepEqual(getLink('eth0'), before);
  t.true(await probe.answered(10_000));
  t.is(await probe.lost(), 0);
  t.true(probe.sent > 0);
});

rootTest('a port that somebody has tagged is made anew', async (t) => {
  await lab.vsctl('set', 'Port', 'eth0', 'tag=9');
  t.true((await run({ up: 'eth0' })).changed);
  t.is(await lab.vsctl('get', 'Port', 'eth0', 'tag'), '[]');
  t.true(await lab.reaches(Lab.lan));
});

rootTest('a VLAN on it: the datapath below stays, and both pass traffic', async (t) => {
  await using probe = new Probe(Lab.lan);
  t.true(await probe.answered(10_000));
  await run({ up: 'eth0.5' });
  t.is(await lab.vsctl('br-to-parent', 'xapi5'), 'xenbr0');
  t.is(await lab.vsctl('br-to-vlan', 'xapi5'), '5');
  lab.address('xapi5', '10.77.5.1');
  t.is(getLink('xapi5').mac, macOf(0));
  t.true(await lab.reaches(Lab.vlan5));
  t.true(await lab.reaches(Lab.lan));
  t.false((await run({ up: 'eth0.5' })).changed);
  t.true(await lab.reaches(Lab.vlan5));
  await run({ down: 'eth0.5' });
  t.is(await lab.vsctl('list-br'), 'xenbr0');
  t.true(await probe.answered(10_000));
  t.is(await probe.lost(), 0, 'the port below was left alone');
});

rootTest('a bond, a VLAN on it, a slave that takes over, and the bond again', async (t) => {
  await run({ up: 'eth1' });
  lab.address('xenbr1', '10.77.0.2');
  await run({ down: 'eth0' });
  t.true(await lab.reaches(Lab.lan));

  const { log } = await run({ up: 'bond0' });
  t.is(log.filter(({ message }) => /no VLAN workaround/.test(message)).length, 1, 'once for both cards');
  t.is(await lab.vsctl('list-br'), 'xapi0');
  t.is(await lab.vsctl('list-ifaces', 'xapi0'), 'eth1\neth2');
  t.is(await lab.vsctl('get', 'Port', 'bond0', 'bond_mode'), 'balance-slb');
  lab.address('xapi0', '10.77.0.3');
  t.true(await lab.reaches(Lab.lan));
  t.false((await run({ up: 'bond0' })).changed);

  await run({ up: 'bond0.5' });
  lab.address('xapi6', '10.77.5.3');
  t.true(await lab.reaches(Lab.vlan5));

  await run({ up: 'eth2' });
  t.is(await lab.vsctl('list-br'), 'xenbr2');
  lab.address('xenbr2', '10.77.0.4');
  t.true(await lab.reaches(Lab.lan));
  t.false(getLink('eth1').up, 'the other slave was not in use');

  await run({ up: 'bond0' });
  lab.address('xapi0', '10.77.0.3');
  t.true(await lab.reaches(Lab.lan));
  await run({ down: 'bond0' });
  t.is(await lab.vsctl('list-br'), '');
  t.deepEqual(
    ['eth1', 'eth2'].map((device) => getLink(device).up),
    [false, false],
  );
});

rootTest('options of a bond that change are set where it is', async (t) => {
  await run({ up: 'bond0' });
  const uuid = await lab.vsctl('get', 'Port', 'bond0', '_uuid');
  const { changed } = await run({ up: 'bond0' }, host({ mode: 'active-backup' }));
  t.true(changed);
  t.is(await lab.vsctl('get', 'Port', 'bond0', 'bond_mode'), 'active-backup');
  t.is(await lab.vsctl('get', 'Port', 'bond0', '_uuid'), uuid);
  await run({ down: 'bond0' });
});

rootTest('a tunnel has a bridge of its own and leaves its transport alone', async (t) => {
  await run({ up: 'eth3' });
  lab.address('xenbr3', '10.77.0.5');
  await run({ up: 'tunnel0' });
  t.is(await lab.vsctl('list-ports', 'xapi7'), '');
  t.is(getLink('xapi7').mac, '52:54:00:77:00:99');
  t.true(await lab.reaches(Lab.lan));
  await run({ down: 'tunnel0' });
  t.false(linkExists('xapi7'));
  t.true(await lab.reaches(Lab.lan));
  await run({ down: 'eth3' });
});

rootTest('management in a pool that is secure: its flows carry it without a controller', async (t) => {
  const records = host({ secure: true });
  const { plan } = await run({ up: 'eth0' }, records);
  t.is(await lab.vsctl('get-fail-mode', 'xenbr0'), 'secure');
  const flows = (await lab.ofctl('--no-stats', '--no-names', 'dump-flows', 'xenbr0')).trim().split('\n');
  const port = await lab.vsctl('get', 'Interface', 'eth0', 'ofport');
  t.deepEqual(
    flows.map((flow) => flow.trim()).sort(),
    [
      `priority=0,arp,in_port=${port},arp_op=1 actions=LOCAL`,
      `priority=0,arp,in_port=LOCAL,dl_src=${macOf(0)} actions=output:${port}`,
      `priority=0,in_port=${port},dl_dst=${macOf(0)} actions=LOCAL`,
      `priority=0,in_port=LOCAL,dl_src=${macOf(0)} actions=output:${port}`,
    ].sort(),
  );
  lab.address('xenbr0', '10.77.0.1');
  t.true(await lab.reaches(Lab.lan));
  t.false((await run({ up: 'eth0' }, records)).changed);
  await lab.ofctl('del-flows', 'xenbr0');
  for (const [tool, ...words] of explain(plan)) if (tool === 'ovs-ofctl') await lab.ofctl(...words);
  const again = (await lab.ofctl('--no-stats', '--no-names', 'dump-flows', 'xenbr0')).trim().split('\n');
  t.deepEqual(again.map((flow) => flow.trim()).sort(), flows.map((flow) => flow.trim()).sort(), 'as explained');
  await lab.ofctl('del-flows', 'xenbr0');
  await using probe = new Probe(Lab.lan);
  t.false(await probe.answered(1000), 'it was these flows');
  await run({ down: 'eth0' }, records);
});

rootTest('a card that ovs-vswitchd can not open gets no flows: an error in its words, and all is undone', async (t) => {
  const document = hostDocument({ secure: true });
  document.pifs.eth0.device = 'lo';
  document.pifs['eth0.5'].device = 'lo';
  const message = /add 4 flows to xenbr0: ovs-vswitchd could not open interface lo: could not add network device lo/;
  await t.throwsAsync(run({ up: 'lo' }, parseRecords(document)), { code: 'ERR_VSWITCH_INTERFACE_FAILED', message });
  t.is(await lab.vsctl('list-br'), '');
});

rootTest('rewrite tells the bridges that are there, and warns of those that are not', async (t) => {
  await run({ up: 'eth0' });
  await lab.vsctl('br-set-external-id', 'xenbr0', 'xs-network-uuids', 'stale');
  t.true((await run({ rewrite: true })).changed);
  t.is(await lab.vsctl('br-get-external-id', 'xenbr0', 'xs-network-uuids'), 'network-xenbr0;network-xapi5');
  t.false((await run({ rewrite: true })).changed);
  await run({ down: 'eth0' });
  const { log } = await run({ rewrite: true });
  t.regex(log.map(({ message }) => message).join(), /no bridge xenbr0: it is skipped/);
});
