import test from 'ava';
import { type PlugRequest, parsePlugRequest, vifConfig } from '../../../src/vif/index.js';
import { parseXml } from '../cases/xml.js';

/** An object as os-vif writes it: oslo.versionedobjects' `obj_to_primitive()`. */
const object = (name: string, data: object) => ({
  'versioned_object.name': name,
  'versioned_object.namespace': 'os_vif',
  'versioned_object.version': '1.0',
  'versioned_object.data': data,
});

const network = (fields: object = {}) =>
  object('Network', {
    id: '5d4e5b9a-2f63-4b6e-8d6b-2f9a2e6c9a11',
    bridge: 'br-int',
    label: 'private',
    mtu: 1450,
    ...fields,
  });

const openVSwitch = (fields: object = {}) =>
  object('VIFPortProfileOpenVSwitch', { interface_id: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee', ...fields });

function request(name: string, data: object): PlugRequest {
  const vif = object(name, {
    id: 'dc065497-3c8d-4f44-8fb4-e1d33c16a536',
    address: 'FA:16:3E:4C:2C:30',
    vif_name: 'tapdc065497-3c',
    network: network(),
    has_traffic_filtering: true,
    ...data,
  });
  const instance = { uuid: '2a7e3c2a-0a35-4f0b-a3a4-5a3b41f1c5ee', name: 'instance-1' };
  return { vif, instance, release: 'newton' } as unknown as PlugRequest;
}

const parsed = (name: string, data: object) => parsePlugRequest(request(name, data));

test('VIFOpenVSwitch is a plain ovs VIF', (t) => {
  const { vif, port, mtu } = parsed('VIFOpenVSwitch', {
    bridge_name: 'br-trunk',
    port_profile: openVSwitch({ datapath_type: 'netdev', create_port: true }),
  });
  t.like(vif, {
    type: 'ovs',
    address: 'fa:16:3e:4c:2c:30',
    devname: 'tapdc065497-3c',
    ovsInterfaceId: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    network: { bridge: 'br-trunk', label: 'private' },
    details: { port_filter: true },
  });
  t.like(port, { datapath_type: 'netdev', create_port: true });
  t.is(mtu.network, 1450);
});

test('VIFBridge is a hybrid ovs VIF with a port profile, and a bridge VIF without', (t) => {
  const hybrid = parsed('VIFBridge', { bridge_name: 'qbrdc065497-3c', port_profile: openVSwitch() });
  t.like(hybrid.vif, { type: 'ovs', network: { bridge: 'br-int' }, details: { ovs_hybrid_plug: true } });
  const fields = {
    bridge: 'br100',
    should_provide_bridge: true,
    should_provide_vlan: true,
    vlan: 99,
    bridge_interface: 'eth0',
  };
  const plain = parsed('VIFBridge', { bridge_name: 'br100', network: network(fields) });
  t.is(plain.vif.type, 'bridge');
  t.like(plain.vif.network.meta, {
    should_create_bridge: true,
    should_create_vlan: true,
    vlan: 99,
    bridge_interface: 'eth0',
  });
});

test('VIFVHostUser is plugged by its port profile', (t) => {
  const socket = { path: '/run/vhost/vhudc065497-3c', mode: 'client' };
  t.like(parsed('VIFVHostUser', { ...socket, port_profile: openVSwitch() }).vif.details, {
    vhostuser_socket: socket.path,
    vhostuser_mode: 'client',
    vhostuser_ovs_plug: true,
  });
  const fastPath = object('VIFPortProfileFPOpenVSwitch', { interface_id: 'x', hybrid_plug: true });
  t.like(parsed('VIFVHostUser', { ...socket, port_profile: fastPath }).vif.details, {
    vhostuser_fp_plug: true,
    vhostuser_ovs_plug: true,
    ovs_hybrid_plug: true,
  });
  t.is(parsed('VIFVHostUser', socket).vif.details.vhostuser_ovs_plug, undefined);
});

test('VIFHostDevice is a function of a card, as its port profile has it', (t) => {
  const pci = { dev_type: 'ethernet', dev_address: '0000:0A:00.1' };
  const typeOf = (data: object) => parsed('VIFHostDevice', { ...pci, ...data }).vif;
  const qbh = object('VIFPortProfile8021Qbh', { profile_id: 'MyProfile' });
  t.like(typeOf({ port_profile: qbh }), {
    type: '802.1qbh',
    pciSlot: '0000:0a:00.1',
    details: { profileid: 'MyProfile' },
  });
  const representor = object('VIFPortProfileOVSRepresentor', { interface_id: 'x', representor_name: 'y' });
  t.like(typeOf({ port_profile: representor }), { type: 'ovs', vnicType: 'direct', ovsInterfaceId: 'x' });
  t.like(typeOf({ vlan: 100 }), { type: 'hw_veb', vnicType: 'direct' });
  t.like(typeOf({ dev_type: 'generic' }), { type: 'hostdev_physical' });
});

test('its XML is that of the VIF in nova’s form', async (t) => {
  const { attributes, children } = parseXml(
    await vifConfig(request('VIFOpenVSwitch', { bridge_name: 'br-int', port_profile: openVSwitch() })),
  );
  t.is(attributes.type, 'bridge');
  t.deepEqual(
    children.map(({ name }) => name),
    ['mac', 'model', 'source', 'target', 'virtualport'],
  );
});

test('what is no such object is refused by name', (t) => {
  t.throws(() => parsed('VIFNestedDPDK', {}), {
    code: 'ERR_INVALID_ARGUMENT',
    message:
      'request: vif: the object VIFNestedDPDK is unknown; known ones: VIFOpenVSwitch, VIFBridge, VIFVHostUser, VIFHostDevice',
  });
  t.throws(() => parsed('VIFHostDevice', { dev_address: '1:2' }), {
    message: 'request: vif: dev_address must be a PCI address, such as 0000:3b:00.1, not "1:2"',
  });
  t.throws(() => parsed('VIFBridge', { port_profile: object('VIFPortProfileOpenVSwitch', { interfaceid: 'x' }) }), {
    message: 'request: vif: port_profile.interfaceid is unknown: did you mean interface_id?',
  });
  t.throws(() => parsed('VIFBridge', { network: { bridge: 5 } }), {
    message: 'request: vif: network.bridge must be a string, not 5',
  });
});

test('what is nested without end is refused', (t) => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
    ['{"versioned_object.name":"Network","versioned_object.data":', '}'],
  ] as const) {
    const deep = JSON.parse(`${open.repeat(20_000)}1${close.repeat(20_000)}`);
    t.throws(() => parsePlugRequest(request('VIFBridge', { network: deep })), {
      code: 'ERR_INVALID_ARGUMENT',
      message: 'request: vif is nested more than 100 deep',
    });
  }
});
