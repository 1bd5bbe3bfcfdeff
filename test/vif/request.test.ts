import test from 'ava';
import { deviceName, parsePlugRequest, parsePlugRequests } from '../../src/vif/index.js';
import { request } from './request.js';

/** The sample request with one field, named by its path, replaced. */
function withField(path: string, value: unknown): unknown {
  const copy = structuredClone(request(1)) as unknown as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() as string;
  const parent = keys.reduce((object, key) => object[key] as Record<string, unknown>, copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

const option = "must not begin with '-': tools would take it for an option";
const unprintable = 'must have no control characters, and be well-formed Unicode';
const socket = (path: string) => `request: vif.details.vhostuser_socket must be the path of a socket, not ${path}`;

const wrong: [path: string, value: unknown, message: string | RegExp][] = [
  ['vif', undefined, 'request: vif is missing'],
  ['vif', 5, 'request: vif must be an object, not 5'],
  ['vif.id', undefined, 'request: vif.id is missing'],
  ['vif.id', 'x', 'request: vif.id must be a uuid, such as 8f3c0a52-5a1e-4c58-9c2b-0d4c1a9e7b10, not "x"'],
  ['vif.devname', '', 'request: vif.devname must not be empty, not ""'],
  ['vif.address', 5, 'request: vif.address must be a string, not 5'],
  ['vif.address', '52:54', 'request: vif.address must be a MAC address, such as 52:54:00:12:34:56, not "52:54"'],
  [
    'vif.address',
    '53:54:00:12:34:56',
    'request: vif.address must be the MAC address of one device, not of a group: its first byte must be even, not "53:54:00:12:34:56"',
  ],
  [
    'vif.address',
    '00-00-00-00-00-00',
    'request: vif.address must be the MAC address of a device, not all zeros, not "00-00-00-00-00-00"',
  ],
  ['vif.network', undefined, 'request: vif.network is missing'],
  ['vif.network.bridge', '', 'request: vif.network.bridge must not be empty, not ""'],
  ['vif.network.meta', { mtu: 'big' }, 'request: vif.network.meta.mtu must be a number, not "big"'],
  ['vif.network.meta', { mtu: 1.5 }, 'request: vif.network.meta.mtu must be a whole number of bytes, not 1.5'],
  ['vif.network.meta', { mtu: 20 }, 'request: vif.network.meta.mtu must be 68 bytes at least (RFC 791), not 20'],
  ['instance', undefined, 'request: instance is missing'],
  [
    'instance.uuid',
    'x',
    'request: instance.uuid must be a uuid, such as 8f3c0a52-5a1e-4c58-9c2b-0d4c1a9e7b10, not "x"',
  ],
  ['port', { tag: 4096 }, 'request: port.tag must be 4095 at most, not 4096'],
  [
    'port',
    { trunks: ['20-10'] },
    'request: port.trunks.0 must be a VLAN id (0 to 4095) or a range of them, such as "20-29", not "20-10"',
  ],
  [
    'port',
    { vlan_mode: 'x' },
    'request: port.vlan_mode must be access, trunk, native-tagged, native-untagged or dot1q-tunnel, not "x"',
  ],
  ['port', { qos: {} }, 'request: port.qos.type is missing'],
  ['port', { qos: { type: 'linux-htb', max_rate: -1 } }, 'request: port.qos.max_rate must be 0 at least, not -1'],
  ['release', 'ocata', 'request: release must be icehouse or newton, not "ocata"'],
  ['libvirt_version', 'new', 'request: libvirt_version must be a version, such as "1.2.17", not "new"'],
  ['flavor', { vcpus: 0 }, 'request: flavor.vcpus must be 1 at least, not 0'],
  [
    'vif.profile',
    { pci_slot: '0a:00.1' },
    'request: vif.profile.pci_slot must be a PCI address, such as 0000:3b:00.1, not "0a:00.1"',
  ],
  ['vif.network.meta', { physical_network: '-x' }, `request: vif.network.meta.physical_network ${option}, not "-x"`],
  ['vif.devname', '-x', `request: vif.devname ${option}, not "-x"`],
  ['vif.network.bridge', '../x', `request: vif.network.bridge: device name "../x" has a '/', which is not allowed`],
  ['vif.details', { vhostuser_socket: '/run/..' }, socket('"/run/.."')],
  ['vif.details', { vhostuser_socket: '/' }, socket('"/"')],
  ['vif.ovs_interfaceid', 'a\u0001', `request: vif.ovs_interfaceid ${unprintable}, not "a\\u0001"`],
  ['vif.qbg_params', { typeid: '\ud800' }, `request: vif.qbg_params.typeid ${unprintable}, not "\\ud800"`],
  ['libvirt_version', '', 'request: libvirt_version must be a version, such as "1.2.17", not ""'],
  ['libvirt_version', 1.5, 'request: libvirt_version must be a version, such as "1.2.17", not 1.5'],
  ['port', { isolate: true }, /^request: port\.isolate is unknown; known are tag, trunks, .*isolate_vif/],
  ['prot', { tag: 10 }, 'request: prot is unknown: did you mean port?'],
  ['ports', { tag: 10 }, 'request: ports is unknown: did you mean port?'],
  ['port', { tga: 10 }, 'request: port.tga is unknown: did you mean tag?'],
  ['port', { qos: { type: 'linux-htb', maxRate: 5 } }, 'request: port.qos.maxRate is unknown: did you mean max_rate?'],
  ['vif.detials', {}, 'request: vif.detials is unknown: did you mean details?'],
  [
    'vif.details',
    { ovs_hybrid_plgu: true },
    'request: vif.details.ovs_hybrid_plgu is unknown: did you mean ovs_hybrid_plug?',
  ],
  ['vif.vnicType', 'direct', 'request: vif.vnicType is unknown: did you mean vnic_type?'],
  [
    'vif.network.subnets',
    [{ ips: [] }, { ips: [{ adress: '10.0.0.1' }] }],
    'request: vif.network.subnets.1.ips.0.adress is unknown: did you mean address?',
  ],
  [
    'host',
    { pci: { '0000:0a:00.1': { pfnet: [] } } },
    'request: host.pci.0000:0a:00.1.pfnet is unknown: did you mean pf_net?',
  ],
  [
    'flavor',
    { extra_specs: { 'quota:vif_inbound_peak': 'fast' } },
    'request: flavor.extra_specs: quota:vif_inbound_peak must be a whole number, not "fast"',
  ],
  [
    'flavor',
    { extra_specs: { 'quota:vif_inbound_averge': 5 } },
    'request: flavor.extra_specs: quota:vif_inbound_averge is unknown: did you mean quota:vif_inbound_average?',
  ],
  ['vif.details', { vlan: '5000' }, 'request: vif.details.vlan must be a VLAN id, 0 to 4095, not "5000"'],
];

for (const [path, value, message] of wrong) {
  test(`${path} = ${JSON.stringify(value)} is refused by name`, (t) => {
    t.throws(() => parsePlugRequest(withField(path, value)), { code: 'ERR_INVALID_ARGUMENT', message });
  });
}

for (const name of ['sixteen-letters-', 'a/b', '..', 'a b']) {
  test(`the device name ${JSON.stringify(name)} is refused`, (t) => {
    t.throws(() => parsePlugRequest(withField('vif.devname', name)), {
      code: 'ERR_INVALID_ARGUMENT',
      message: /^request: vif\.devname: device name /,
    });
  });
}

test('a file holds one request, a list, or a list under "requests"', (t) => {
  t.is(parsePlugRequests(request(1)).length, 1);
  t.is(parsePlugRequests([request(1), request(2)]).length, 2);
  t.is(parsePlugRequests({ requests: [request(1), request(2)] }).length, 2);
  t.throws(() => parsePlugRequests([request(1), withField('vif.id', 5)]), { message: /^request 2: vif\.id must be/ });
  t.throws(() => parsePlugRequests({ requests: 5 }), { message: 'requests must be a list of requests' });
  t.throws(() => parsePlugRequests({ reqests: [request(1)] }), {
    message: 'reqests is unknown: did you mean requests?',
  });
  t.throws(() => parsePlugRequests({ requests: [request(1)], release: 'icehouse' }), {
    message: 'release stands beside requests: each request has its own',
  });
  t.is(parsePlugRequests({ requests: [request(1)], comment: 'nobody reads this' }).length, 1);
  t.throws(() => parsePlugRequests('x'), { message: /must be an object with vif and instance/ });
  t.throws(() => parsePlugRequests(null), { message: /must be an object with vif and instance/ });
});

test('a misspelt field is named, and not the one that is missing for it', (t) => {
  const { address, ...vif } = request(1).vif;
  t.throws(() => parsePlugRequest({ ...request(1), vif: { ...vif, adress: address } }), {
    message: 'request: vif.adress is unknown: did you mean address?',
  });
});

test('fields of nova that plugs do not read are let through, however near to one that is there', (t) => {
  const others = {
    active: true,
    preserve_on_delete: false,
    delegate_create: true,
    meta: {},
    addresses: [],
    'type ': 1,
  };
  const network = { bridge: 'br-int', meta: { injected: false, tenant_id: 'x', tunneled: true, mtu: 1450, mtus: 1 } };
  const subnets = [
    { cidr: '10.0.0.0/24', dns: [], gateway: { address: '10.0.0.1', type: 'gateway', meta: {} }, ips: [] },
  ];
  const vif = { ...request(1).vif, ...others, network: { ...network, subnets } };
  t.notThrows(() =>
    parsePlugRequest({ ...request(1), vif, flavor: { id: 1, name: 'm1', memory_mb: 512, vcpu_weight: 0 } }),
  );
});

test('a checked request is taken as it is', (t) => {
  const checked = parsePlugRequest(request(1));
  t.is(parsePlugRequest(checked), checked);
});

test('the release is that of the caller, else of the request, else newton', (t) => {
  t.is(parsePlugRequest(request(1)).release, 'newton');
  t.is(parsePlugRequest(request(1, { release: 'icehouse' })).release, 'icehouse');
  t.is(parsePlugRequest(request(1, { release: 'icehouse' }), undefined, { release: 'newton' }).release, 'newton');
});

test("a MAC address is written in os-vif's way where os-vif plugged, and as it was elsewhere", (t) => {
  const capitals = withField('vif.address', 'FA-16-3E-00-00-01') as { vif: object };
  const midonet = { ...capitals, vif: { ...capitals.vif, type: 'midonet' } };
  t.is(parsePlugRequest(midonet, undefined, { release: 'newton' }).vif.address, 'FA-16-3E-00-00-01');
  t.is(parsePlugRequest(midonet).vif.address, 'fa:16:3e:00:00:01');
  t.is(parsePlugRequest(capitals, undefined, { release: 'newton' }).vif.address, 'fa:16:3e:00:00:01');
  t.is(parsePlugRequest(capitals).vif.address, 'fa:16:3e:00:00:01');
  t.is(parsePlugRequest(capitals, undefined, { release: 'icehouse' }).vif.address, 'FA-16-3E-00-00-01');
});

test('the device is named by devname, else by the id, cut to 14 characters', (t) => {
  t.is(deviceName(request(1).vif), 'tap1');
  const { devname: _, ...unnamed } = request(1).vif;
  t.is(deviceName(parsePlugRequest({ ...request(1), vif: unnamed }).vif), 'nic00000000-00');
});
