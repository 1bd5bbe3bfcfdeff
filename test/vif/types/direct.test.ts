import test from 'ava';
import { type Direction, type PlugRequest, parsePlugRequest, planOnHost, vifConfig } from '../../../src/vif/index.js';
import { parseXml } from '../cases/xml.js';
import { request } from '../request.js';

type Card = NonNullable<NonNullable<PlugRequest['image']>['properties']>;
type Conf = NonNullable<PlugRequest['conf']>;

const slot = '0000:0a:00.1';
const host = { pci: { [slot]: { net: ['enp10s0f1'], pf_net: ['enp10s0'], vfs: { '1': slot } } }, kernel: '5.10.0' };

const onFunction = (properties: Card, conf: Conf = {}) => ({
  ...request(1, {
    release: 'newton',
    conf,
    flavor: { vcpus: 4 },
    vif: {
      type: 'hw_veb',
      vnic_type: 'macvtap',
      details: { vlan: 100 },
      profile: { pci_slot: slot },
    },
  }),
  image: { properties },
  host,
});

async function cardOf(properties: Card, conf?: Conf) {
  const { children } = parseXml(await vifConfig(onFunction(properties, conf)));
  const attributesOf = (name: string) => children.find((child) => child.name === name)?.attributes;
  return { model: attributesOf('model'), driver: attributesOf('driver') };
}

test('a guest on a macvtap of a virtual function keeps the card and the queues that it asked for', async (t) => {
  t.deepEqual(await cardOf({ hw_vif_multiqueue_enabled: 'yes' }), {
    model: { type: 'virtio' },
    driver: { name: 'vhost', queues: '4' },
  });
  t.deepEqual(await cardOf({ hw_vif_model: 'e1000' }), { model: { type: 'e1000' }, driver: { name: 'vhost' } });
  t.deepEqual(await cardOf({}, { 'libvirt.use_virtio_for_bridges': false }), {
    model: undefined,
    driver: { name: 'vhost' },
  });
});

test('a virtual function without a VLAN has no tag, in whatever way that is said', async (t) => {
  for (const [vlan, tags] of [
    [100, 1],
    ['100', 1],
    [0, 0],
    ['0', 0],
  ] as const) {
    const direct = request(1, {
      release: 'newton',
      vif: { type: 'hw_veb', vnic_type: 'direct', details: { vlan }, profile: { pci_slot: slot } },
    });
    const { children } = parseXml(await vifConfig({ ...direct, host }));
    t.is(children.filter(({ name }) => name === 'vlan').length, tags, String(vlan));
  }
});

test('where libvirt does all, a plug and an unplug say so', (t) => {
  const plans = (vif: object) =>
    (['plug', 'unplug'] satisfies Direction[]).map((direction) =>
      planOnHost(direction, parsePlugRequest(request(1, { release: 'newton', vif })), host),
    );
  for (const vif of [
    { type: '802.1qbg' },
    { type: '802.1qbh' },
    { type: 'hostdev_physical', profile: { pci_slot: slot } },
    { type: 'hw_veb', vnic_type: 'direct', profile: { pci_slot: slot }, details: { vlan: 100 } },
    { type: 'macvtap', details: { macvtap_source: 'eth1', macvtap_mode: 'vepa', physical_interface: 'eth1' } },
    { type: 'vhostuser', details: { vhostuser_socket: '/run/vhu1' } },
    { type: 'bridge' },
  ]) {
    for (const { steps, warnings } of plans(vif)) {
      t.deepEqual(steps, [], vif.type);
      t.regex(String(warnings), /^nothing is to be done on the host: libvirt does it all/, vif.type);
    }
  }
});
