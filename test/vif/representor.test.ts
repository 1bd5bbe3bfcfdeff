import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { explain } from '../../src/plan/index.js';
import { gatherFacts } from '../../src/vif/gather.js';
import { parsePlugRequest, planVif, vifXml } from '../../src/vif/index.js';
import { parseXml } from './cases/xml.js';
import { nothing, tap1Port, withLinks, withPorts } from './facts.js';
import { request } from './request.js';

/** No card with virtual functions is here: its files in sysfs are made up, as Documentation/networking/switchdev.rst has them. */
const root = mkdtempSync(join(tmpdir(), 'ovskit-sysfs-'));
test.after.always(() => rmSync(root, { recursive: true }));

const PF = '0000:0a:00.0';
const VF = (n: number) => `0000:0a:00.${n + 1}`;

function device(name: string, pci: string, files: Record<string, string>): void {
  const directory = join(root, 'sys/class/net', name);
  mkdirSync(directory, { recursive: true });
  mkdirSync(join(root, 'sys/bus/pci/devices', pci, 'net', name), { recursive: true });
  symlinkSync(`../../../bus/pci/devices/${pci}`, join(directory, 'device'));
  for (const [file, content] of Object.entries({ ifindex: '7', tx_queue_len: '1000', ...files })) {
    writeFileSync(join(directory, file), `${content}\n`);
  }
}

device('zz10s0', PF, { phys_switch_id: 'aa00', phys_port_name: 'p0' });
// Those of another function, of another switch, of another physical function: none is that of function 1.
device('rep_vf0', PF, { phys_switch_id: 'aa00', phys_port_name: 'pf0vf0' });
device('rep_other_card', PF, { phys_switch_id: 'bb00', phys_port_name: 'pf0vf1' });
device('rep_other_pf', PF, { phys_switch_id: 'aa00', phys_port_name: 'pf1vf1' });
device('rep_vf1', PF, { phys_switch_id: 'aa00', phys_port_name: 'c1pf0vf1' });
// An old driver's name.
device('rep_vf2', PF, { phys_switch_id: 'aa00', phys_port_name: '2' });
for (const n of [0, 1, 2, 3]) {
  mkdirSync(join(root, 'sys/bus/pci/devices', VF(n)), { recursive: true });
  symlinkSync(`../${PF}`, join(root, 'sys/bus/pci/devices', VF(n), 'physfn'));
  symlinkSync(`../${VF(n)}`, join(root, 'sys/bus/pci/devices', PF, `virtfn${n}`));
}

const facts = await gatherFacts(undefined, {}, { root });
const offloaded = (pciSlot: string) =>
  parsePlugRequest(request(1, { release: 'newton', vif: { vnic_type: 'direct', profile: { pci_slot: pciSlot } } }));

test('the representor has the switch of the physical function and the number of the virtual one', (t) => {
  t.is(facts.virtualFunction(VF(0))?.representor, 'rep_vf0');
  t.is(facts.virtualFunction(VF(1))?.representor, 'rep_vf1');
  t.is(facts.virtualFunction(VF(2))?.representor, 'rep_vf2');
  t.is(facts.virtualFunction(VF(3))?.representor, undefined);
  t.is(facts.virtualFunction(PF), undefined);
  t.like(facts.virtualFunction(VF(1)), {
    index: 1,
    pfDevices: ['zz10s0', 'rep_other_card', 'rep_other_pf', 'rep_vf0', 'rep_vf1', 'rep_vf2'],
  });
});

test('the representor is plugged, and the guest is given the function', (t) => {
  const plan = planVif('plug', offloaded(VF(1)), facts);
  t.deepEqual(explain(plan)[0], ['ip', 'link', 'set', 'dev', 'rep_vf1', 'up']);
  t.regex(
    explain(plan)[1]?.join(' ') ?? '',
    / -- add-port br-int rep_vf1 -- set Interface rep_vf1 external_ids:iface-id=/,
  );
  const xml = parseXml(vifXml(offloaded(VF(1)), facts));
  t.deepEqual(xml.attributes, { type: 'hostdev', managed: 'yes' });
  t.deepEqual(xml.children.find(({ name }) => name === 'source')?.children[0]?.attributes, {
    type: 'pci',
    domain: '0x0000',
    bus: '0x0a',
    slot: '0x00',
    function: '0x2',
  });
});

test('an unplug finds the port by its iface-id when the function has gone', (t) => {
  const gone = withPorts({ rep_vf1: { ...tap1Port, name: 'rep_vf1', interfaces: ['rep_vf1'] } });
  t.deepEqual(explain(planVif('unplug', offloaded(VF(1)), gone)), [
    ['ovs-vsctl', '--if-exists', 'del-port', 'br-int', 'rep_vf1'],
  ]);
  t.deepEqual(planVif('unplug', offloaded(VF(1)), nothing).steps, []);
  const there = withLinks({ rep_vf1: { up: true } }, { ...gone, virtualFunction: facts.virtualFunction });
  t.deepEqual(explain(planVif('unplug', offloaded(VF(1)), there)).at(-1), [
    'ip',
    'link',
    'set',
    'dev',
    'rep_vf1',
    'down',
  ]);
});

test('a function without a representor, or that is none, is named', (t) => {
  t.throws(() => planVif('plug', offloaded(VF(3)), facts), {
    code: 'ERR_INVALID_ARGUMENT',
    message: /pci_slot 0000:0a:00\.4 has no representor: its card is not in switchdev mode/,
  });
  t.throws(() => planVif('plug', offloaded(PF), facts), {
    message: /0000:0a:00\.0 is no virtual function of this host/,
  });
  t.throws(() => planVif('plug', parsePlugRequest(request(1, { vif: { vnic_type: 'direct' } })), facts), {
    code: 'ERR_VIF_DETAILS_MISSING',
    message: /^vif\.profile\.pci_slot is missing/,
  });
});
