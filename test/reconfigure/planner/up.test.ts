import test from 'ava';
import type { Change, Step } from '../../../src/plan/index.js';
import { parseFacts, parseRecords, planReconfigure } from '../../../src/reconfigure/index.js';
import { changes, type PlanOptions } from '../../../src/reconfigure/plan.js';
import { host, hostDocument } from '../host.js';
import { macOf } from '../lab.js';
import { settled, settledBut } from './settled.js';

const IFCFG: PlanOptions = { ipBackend: 'ifcfg' };

/** What is to be done, given what is otherwise than on a settled host. */
function up(pif: string, differences: Parameters<typeof settledBut>[0] = {}, records = host()) {
  return changes(planReconfigure(records, { up: pif }, parseFacts(settledBut(differences))).plan);
}

const transaction = (...all: Change[]): Step => ({ kind: 'transaction', changes: all, waitForVswitchd: true });
const set = (table: 'Bridge' | 'Port' | 'Interface', record: string, columns: object) =>
  ({ change: 'set', table, record, columns }) as Change;
const deletePort = (port: string): Change => ({ change: 'delete-port', port, ifExists: true, withInterface: true });
const deleteBridge = (bridge: string): Change => ({ change: 'delete-bridge', bridge, ifExists: true });
const addBridge = (bridge: string): Change => ({ change: 'add-bridge', bridge, mayExist: true, columns: undefined });
const addVlan = (vlan: number): Change => ({
  change: 'add-bridge',
  bridge: 'xapi6',
  mayExist: true,
  fake: { parent: 'xapi0', vlan },
});
const networks = (bridge: string, value: string): Change => ({
  change: 'set-bridge-external-id',
  bridge,
  key: 'xs-network-uuids',
  value,
});
const ofBond = 'network-xapi0;network-xapi6';
const addCard: Change = { change: 'add-port', bridge: 'xenbr0', port: 'eth0', mayExist: true };
const addBond: readonly Change[] = [
  { change: 'add-bond', bridge: 'xapi0', port: 'bond0', members: ['eth1', 'eth2'], fakeInterface: true },
  set('Port', 'bond0', {
    mac: macOf(1),
    bond_mode: 'balance-slb',
    lacp: 'off',
    bond_updelay: 31_000,
    bond_downdelay: 200,
    other_config: { 'bond-detect-mode': 'carrier', 'bond-miimon-interval': '100' },
  }),
];
const anewBond = transaction(deletePort('eth1'), deletePort('eth2'), deletePort('bond0'), ...addBond);
const linkUp = (device: string): Step => ({ kind: 'set-link-up', device });

for (const pif of ['eth0', 'bond0', 'bond0.5']) {
  test(`what is as wanted is left alone: ${pif}`, (t) => t.deepEqual(up(pif), []));
}

/** Each is the only thing that differs, and the steps are all that it takes. */
const differences: [string, string, Parameters<typeof settledBut>[0], Step[]][] = [
  ['a card is down', 'eth0', { 'netdevs.eth0': { up: false } }, [linkUp('eth0')]],
  ['nobody knows whether a card is up', 'eth0', { 'netdevs.eth0': { up: undefined } }, [linkUp('eth0')]],
  [
    'a card has another MTU',
    'eth0',
    { 'netdevs.eth0': { mtu: 1500 } },
    [{ kind: 'set-mtu', device: 'eth0', mtu: 1400, bestEffort: true }],
  ],
  [
    'an offload is on',
    'eth0',
    { 'netdevs.eth0': { offloads: { gro: true, lro: false } } },
    [{ kind: 'set-features', device: 'eth0', features: { gro: false }, bestEffort: true }],
  ],
  [
    'a bridge has another address',
    'eth0',
    { 'bridges.xenbr0': { hwaddr: macOf(7) } },
    [transaction(set('Bridge', 'xenbr0', { other_config: { hwaddr: macOf(0) } }))],
  ],
  [
    'a bridge has another fail mode',
    'eth0',
    { 'bridges.xenbr0': { fail_mode: '' } },
    [transaction(set('Bridge', 'xenbr0', { fail_mode: 'standalone' }))],
  ],
  [
    'in-band control is set, and nobody asked for it',
    'eth0',
    { 'bridges.xenbr0': { disable_in_band: 'true' } },
    [transaction(set('Bridge', 'xenbr0', { other_config: { 'disable-in-band': null } }))],
  ],
  [
    'a bridge names other networks',
    'eth0',
    { 'bridges.xenbr0': { network_uuids: 'network-xenbr0' } },
    [transaction(networks('xenbr0', 'network-xenbr0;network-xapi5'))],
  ],
  ['the bridge is a fake one', 'eth0', { 'bridges.xenbr0': { parent: 'br' } }, [transaction(addBridge('xenbr0'))]],
  [
    'the card is in another bridge',
    'eth0',
    { 'ports.eth0': { bridge: 'br' } },
    [transaction(deletePort('eth0'), addCard)],
  ],
  [
    "the card's port has a VLAN",
    'eth0',
    { 'ports.eth0': { plain: false } },
    [transaction(deletePort('eth0'), addCard)],
  ],
  ['the card has no port', 'eth0', { 'ports.eth0': undefined, 'interfaces.eth0': undefined }, [transaction(addCard)]],
  [
    'the card is in a port of another name',
    'eth0',
    { 'ports.eth0': undefined, 'ports.trunk': { bridge: 'br', interfaces: ['eth0', 'eth9'] } },
    [transaction(deletePort('eth0'), addCard)],
  ],
  ["a slave's own bridge is there", 'bond0', { 'bridges.xenbr1': {} }, [transaction(deleteBridge('xenbr1'))]],
  [
    "a slave's own bridge has a device, of which nobody knows whether it is up",
    'bond0',
    { 'netdevs.xenbr1': {} },
    [{ kind: 'set-link-down', device: 'xenbr1', ifExists: true }],
  ],
  ["a slave's own bridge has a device that is down", 'bond0', { 'netdevs.xenbr1': { up: false } }, []],
  ['a bond has another member', 'bond0', { 'ports.bond0': { interfaces: ['eth1', 'eth3'] } }, [anewBond]],
  ['a bond is in another bridge', 'bond0', { 'ports.bond0': { bridge: 'br' } }, [anewBond]],
  ['a bond has a VLAN', 'bond0', { 'ports.bond0': { plain: false } }, [anewBond]],
  ['a bond has no fake interface', 'bond0', { 'ports.bond0': { fake_interface: false } }, [anewBond]],
  [
    "a bond's device is down",
    'bond0',
    { 'netdevs.bond0': { up: false } },
    [{ kind: 'set-link-up', device: 'bond0', ifExists: true }],
  ],
  ['a bond has no device, as with a recent ovs-vswitchd', 'bond0', { 'netdevs.bond0': undefined }, []],
  [
    'a bond is not there, nor the device that an old ovs-vswitchd makes of it',
    'bond0',
    {
      'ports.bond0': undefined,
      'interfaces.eth1': undefined,
      'interfaces.eth2': undefined,
      'netdevs.bond0': undefined,
    },
    [transaction(...addBond), { kind: 'set-link-up', device: 'bond0', ifExists: true }],
  ],
  [
    'a bond has other options, and no device',
    'bond0',
    { 'ports.bond0': { lacp: 'active' }, 'netdevs.bond0': undefined },
    [transaction(set('Port', 'bond0', { lacp: 'off' }))],
  ],
  ...(
    [
      ['mac', macOf(7), macOf(1)],
      ['bond_mode', 'active-backup', 'balance-slb'],
      ['lacp', 'active', 'off'],
      ['bond_updelay', 0, 31_000],
      ['bond_downdelay', 0, 200],
    ] as const
  ).map(
    ([column, other, wanted]) =>
      [
        `a bond has another ${column}`,
        'bond0',
        { 'ports.bond0': { [column]: other } },
        [transaction(set('Port', 'bond0', { [column]: wanted }))],
      ] as [string, string, Parameters<typeof settledBut>[0], Step[]],
  ),
  [
    'a bond has another option, one too many, and one that is none of the bond',
    'bond0',
    { 'ports.bond0': { other_config: { 'bond-miimon-interval': '9', 'bond-odd': '1', hwaddr: 'x' } } },
    [
      transaction(
        set('Port', 'bond0', {
          other_config: { 'bond-detect-mode': 'carrier', 'bond-miimon-interval': '100', 'bond-odd': null },
        }),
      ),
    ],
  ],
  [
    'a fake bridge has another VLAN',
    'bond0.5',
    { 'bridges.xapi6': { vlan: 6 } },
    [
      transaction(
        deleteBridge('xapi6'),
        addVlan(5),
        networks('xapi6', ofBond),
        set('Interface', 'xapi6', { mac: macOf(1) }),
      ),
    ],
  ],
  [
    'a fake bridge is on another bridge',
    'bond0.5',
    { 'bridges.xapi6': { parent: 'xenbr0' } },
    [
      transaction(
        deleteBridge('xapi6'),
        addVlan(5),
        networks('xapi6', ofBond),
        set('Interface', 'xapi6', { mac: macOf(1) }),
      ),
    ],
  ],
  [
    'a fake bridge is not there',
    'bond0.5',
    { 'bridges.xapi6': undefined },
    [transaction(addVlan(5), networks('xapi6', ofBond), set('Interface', 'xapi6', { mac: macOf(1) }))],
  ],
  [
    'a fake bridge has another address',
    'bond0.5',
    { 'interfaces.xapi6': { mac: macOf(7) } },
    [transaction(set('Interface', 'xapi6', { mac: macOf(1) }))],
  ],
  [
    'a fake bridge names other networks',
    'bond0.5',
    { 'bridges.xapi6': { network_uuids: '' } },
    [transaction(networks('xapi6', ofBond))],
  ],
];

for (const [what, pif, difference, steps] of differences) {
  test(`what is otherwise is mended, and nothing else is touched: ${what}`, (t) => {
    t.deepEqual(up(pif, difference), steps);
  });
}

test('settings of a card that are as wanted are left alone; what it refuses is a warning, as it was to the original', (t) => {
  const document = hostDocument();
  Object.assign(document.pifs.eth0, { other_config: { 'ethtool-speed': '1000', 'ethtool-duplex': 'full' } });
  const records = parseRecords(document);
  t.deepEqual(up('eth0', { 'netdevs.eth0': { speed: 1000, duplex: 'full' } }, records), []);
  t.deepEqual(up('eth0', { 'netdevs.eth0': { speed: 1000, duplex: 'half' } }, records) as unknown, [
    { kind: 'set-link-settings', device: 'eth0', speed: 1000, duplex: 'full', bestEffort: true },
  ]);
});

test('a management bridge without a card is warned of, for it gets no flows to be reached by', (t) => {
  const messages = (pif: string) => {
    const document = hostDocument({ secure: true });
    Object.assign(document.pifs[pif as 'eth0'], { management: true });
    const { log } = planReconfigure(parseRecords(document), { up: pif }, parseFacts(settled()));
    return log.filter(({ message }) => message.includes('management flows')).map(({ message }) => message);
  };
  t.deepEqual(messages('tunnel0'), ['bridge xapi7 has no card, so it gets no management flows']);
  t.deepEqual(messages('eth0'), []);
});

test('a card that leaves a bond: the bond, its bridge and the port of its other card go', (t) => {
  const steps = up('eth1', {
    'ports.eth2': { bridge: 'xenbr2', interfaces: ['eth2'] },
    'netdevs.xenbr2': { up: true },
    'bridges.xenbr2': {},
  });
  const [change] = steps.flatMap((step) => (step.kind === 'transaction' ? [step.changes] : []));
  t.deepEqual(change?.slice(0, 5), [
    deleteBridge('xenbr2'),
    deleteBridge('xapi0'),
    deletePort('eth2'),
    deletePort('bond0'),
    deletePort('eth1'),
  ]);
  t.deepEqual(
    steps.flatMap((step) => (step.kind === 'set-link-down' ? [step.device] : [])),
    ['xenbr2', 'xapi0', 'eth2', 'bond0'],
  );
});

/** The files as the planner writes them: the first `up` tells. */
function withFiles(pif: string) {
  const { plan } = planReconfigure(host(), { up: pif }, parseFacts(settled()), IFCFG);
  const files = plan.steps.flatMap((step) => (step.kind === 'apply-file' ? [[step.path, step.text] as const] : []));
  return Object.fromEntries(files.map(([path, text]) => [path.slice(path.lastIndexOf('/') + 1), text]));
}

function upWithFiles(pif: string, differences: Parameters<typeof settledBut>[0], more: object = {}, options = {}) {
  const facts = parseFacts({ ...settledBut(differences), files: withFiles(pif), ifcfg: ['xenbr0'], ...more });
  return changes(planReconfigure(host(), { up: pif }, facts, { ...IFCFG, ...options }).plan);
}

const kinds = (steps: readonly Step[]) =>
  steps.map((step) => (step.kind === 'run-tool' ? step.argv.join(' ') : step.kind));

test('addresses are left alone while files, switch and device are as wanted, and made anew when one is not', (t) => {
  t.deepEqual(upWithFiles('eth0', {}), []);
  // A card's own settings do not concern its bridge's addresses.
  t.deepEqual(kinds(upWithFiles('eth0', { 'netdevs.eth0': { up: false } })), ['set-link-up']);
  const anew = [
    'ifdown xenbr0',
    'apply-file',
    'apply-file',
    'apply-file',
    'ifup xenbr0',
    'update-issue',
    'commit-files',
  ];
  t.deepEqual(kinds(upWithFiles('eth0', { 'netdevs.xenbr0': { up: false } })), anew);
  const other = { files: { ...withFiles('eth0'), 'ifcfg-xenbr0': 'BOOTPROTO=dhcp\n' } };
  t.deepEqual(kinds(upWithFiles('eth0', {}, other)), anew);
  t.deepEqual(kinds(upWithFiles('eth0', { 'bridges.xenbr0': { fail_mode: '' } })), anew.toSpliced(4, 0, 'transaction'));
});

test('tools that fail do no harm but for ifup, which is undone; a device that went meanwhile is no error', (t) => {
  const tools = upWithFiles('eth0', { 'netdevs.xenbr0': { up: false } }).filter(({ kind }) => kind === 'run-tool');
  t.deepEqual(tools as unknown, [
    { kind: 'run-tool', argv: ['ifdown', 'xenbr0'], bestEffort: true, undo: undefined },
    { kind: 'run-tool', argv: ['ifup', 'xenbr0'], undo: ['ifdown', 'xenbr0'] },
    { kind: 'run-tool', argv: ['update-issue'], bestEffort: true },
  ]);
  // A device that nobody configured has no addresses of ifup's, and may be one of another's.
  const unknown = upWithFiles('eth0', { 'bridges.xenbr0': { fail_mode: '' } }, { ifcfg: [] });
  t.deepEqual(unknown[0] as unknown, { kind: 'set-link-down', device: 'xenbr0', ifExists: true });
});

test('a VLAN has the MAC of the PIF below it; of one that has none, the log tells', (t) => {
  const planned = (MAC: string) => {
    const document = hostDocument();
    document.pifs.bond0.MAC = MAC;
    const { plan, log } = planReconfigure(parseRecords(document), { up: 'bond0.5' }, parseFacts(settled()));
    return { steps: changes(plan), warnings: log.filter(({ message }) => message.includes('has no MAC')) };
  };
  t.deepEqual(planned(macOf(1)), { steps: [], warnings: [] });
  const without = planned('');
  t.regex(without.warnings[0]?.message ?? '', /^PIF bond0 .* has no MAC, and so xapi6 has none of it$/);
  t.is(without.warnings.length, 1);
});

test('what may run on the card that a bridge takes over is brought down before, unless that is forced', (t) => {
  const tools = (pif: string, options: PlanOptions = {}, records = host()) =>
    kinds(changes(planReconfigure(records, { up: pif }, parseFacts(settled()), { ...IFCFG, ...options }).plan)).filter(
      (kind) => kind.startsWith('if'),
    );
  t.deepEqual(tools('eth1'), ['ifdown xapi0', 'ifup xenbr1']);
  t.deepEqual(tools('eth1', { force: true }), ['ifup xenbr1']);
  const bond = { 'netdevs.xapi0': { up: false } };
  t.deepEqual(
    kinds(upWithFiles('bond0', bond, { files: {}, ifcfg: ['xapi0'] })).filter((kind) => kind.startsWith('if')),
    ['ifdown xapi0', 'ifdown xenbr1', 'ifdown xenbr2', 'ifup xapi0'],
  );
  const document = hostDocument();
  document.networks['net-eth1'].bridge = '';
  t.deepEqual(tools('bond0', {}, parseRecords(document)), ['ifdown xenbr2', 'ifup xapi0']);
});

test('without a backend for addresses, no file is written and no tool run', (t) => {
  const { plan } = planReconfigure(host(), { up: 'eth0' }, parseFacts({ netdevs: { eth0: {} }, bridges: {} }));
  t.deepEqual(
    plan.steps.filter(({ kind }) => kind === 'run-tool' || kind === 'apply-file' || kind === 'commit-files'),
    [],
  );
});
