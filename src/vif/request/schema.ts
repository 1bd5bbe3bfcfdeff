import { basename } from 'node:path';
import * as v from 'valibot';
import { InvalidArgumentError } from '../../base/errors.js';
import { meantBy } from '../../base/misspelt.js';
import {
  checked,
  deviceName,
  flag,
  looseFlag,
  mac,
  maybe,
  mtu,
  numberOrText,
  object,
  pciAddress,
  text,
  uuid,
  vlanId,
  whole,
  word,
} from './checks.js';
import { portSchema } from './port.js';

const meta = object({
  mtu: maybe(mtu),
  should_create_bridge: maybe(flag),
  should_create_vlan: maybe(flag),
  multi_host: maybe(flag),
  vlan: maybe(vlanId),
  bridge_interface: maybe(deviceName),
  physical_network: maybe(word),
  interface: maybe(deviceName),
});

const address = object({ address: maybe(text), version: maybe(whole(4, 6)) });

/** Its last part names the port of the switch. */
const socket = v.pipe(
  word,
  v.check((path) => !['', '.', '..'].includes(basename(path)), 'must be the path of a socket'),
);

/** nova's network model (`nova/network/model.py`), of which plugs read these fields; others are let through. */
const vif = object({
  id: uuid,
  address: mac,
  type: maybe(text),
  devname: maybe(deviceName),
  ovs_interfaceid: maybe(text),
  vnic_type: maybe(text),
  details: maybe(
    object({
      port_filter: maybe(flag),
      ovs_hybrid_plug: maybe(flag),
      bridge_name: maybe(deviceName),
      datapath_type: maybe(text),
      create_port: maybe(flag),
      profileid: maybe(text),
      vlan: maybe(vlanId),
      mac_address: maybe(mac),
      macvtap_source: maybe(deviceName),
      macvtap_mode: maybe(
        v.picklist(
          ['vepa', 'bridge', 'private', 'passthrough', 'passthru'],
          'must be vepa, bridge, private or passthrough',
        ),
      ),
      physical_interface: maybe(deviceName),
      vhostuser_socket: maybe(socket),
      vhostuser_mode: maybe(v.picklist(['client', 'server'], 'must be client or server')),
      vhostuser_ovs_plug: maybe(flag),
      vhostuser_fp_plug: maybe(flag),
    }),
  ),
  profile: maybe(object({ pci_slot: maybe(pciAddress) })),
  qbg_params: maybe(
    object({
      managerid: maybe(numberOrText),
      typeid: maybe(numberOrText),
      typeidversion: maybe(numberOrText),
      instanceid: maybe(text),
    }),
  ),
  qbh_params: maybe(object({ profileid: maybe(text) })),
  network: object({
    id: maybe(text),
    bridge: maybe(deviceName),
    label: maybe(v.string('must be a string')),
    subnets: maybe(v.array(object({ ips: maybe(v.array(address, 'must be a list')) }), 'must be a list')),
    meta: maybe(meta),
  }),
});

const instance = object({
  uuid,
  name: maybe(text),
  project_id: maybe(text),
  display_name: maybe(v.string('must be a string')),
});

const image = object({
  properties: maybe(object({ hw_vif_model: maybe(text), hw_vif_multiqueue_enabled: maybe(looseFlag) })),
});

const BOUNDS = ['in', 'out'].flatMap((way) => ['average', 'peak', 'burst'].map((of) => `quota:vif_${way}bound_${of}`));

/** Of the extra specs of a flavor only these are ours to judge. */
function checkBounds(specs: Readonly<Record<string, string | number>>): void {
  for (const [key, value] of Object.entries(specs)) {
    if (!BOUNDS.includes(key)) {
      const meant = meantBy(key, BOUNDS);
      if (meant !== undefined && !Object.hasOwn(specs, meant)) {
        throw new InvalidArgumentError(`${key} is unknown: did you mean ${meant}?`);
      }
      continue;
    }
    if (/^\d+$/.test(String(value))) continue;
    throw new InvalidArgumentError(`${key} must be a whole number, not ${JSON.stringify(value)}`);
  }
}

const flavor = object({
  vcpus: maybe(whole(1, 65535)),
  extra_specs: maybe(v.pipe(v.record(v.string(), numberOrText, 'must be an object'), checked(checkBounds))),
});

/** nova.conf and os-vif's options, by section and name. */
const conf = object({
  firewall_driver: maybe(v.string('must be a string')),
  'libvirt.virt_type': maybe(text),
  'libvirt.use_virtio_for_bridges': maybe(flag),
  network_device_mtu: maybe(mtu),
  flat_interface: maybe(deviceName),
  vlan_interface: maybe(deviceName),
  'os_vif_linux_bridge.flat_interface': maybe(deviceName),
  'os_vif_linux_bridge.vlan_interface': maybe(deviceName),
  'os_vif_linux_bridge.network_device_mtu': maybe(mtu),
  'os_vif_ovs.network_device_mtu': maybe(mtu),
  'os_vif_ovs.isolate_vif': maybe(flag),
  'os_vif_ovs.per_port_bridge': maybe(flag),
});

const version = v.pipe(
  v.union(
    [v.string(), v.number(), v.array(v.number())],
    'must be a version, such as "1.2.17", [1, 2, 17] or libvirt\'s number 1002017',
  ),
  v.check((value) => !Number.isNaN(versionNumber(value)), 'must be a version, such as "1.2.17"'),
  v.transform((value) => versionNumber(value)),
);

/** As libvirt counts: 1 000 000 for the first number, 1 000 for the second; NaN for what is no version. */
function versionNumber(value: string | number | readonly number[]): number {
  const parts = typeof value === 'object' ? value.join('.') : String(value);
  if (!/^\d+(\.\d+){0,3}$/.test(parts)) return Number.NaN;
  if (typeof value === 'number') return Number.isInteger(value) ? value : Number.NaN;
  const [major = 0, minor = 0, micro = 0] = parts.split('.').map(Number);
  return major * 1_000_000 + minor * 1_000 + micro;
}

/** Facts of a machine that is not this one. */
const host = object({
  devices: maybe(v.array(text, 'must be a list of device names')),
  pci: maybe(
    v.record(
      v.string(),
      object({
        net: maybe(v.array(deviceName)),
        pf_net: maybe(v.array(deviceName)),
        vfs: maybe(v.record(v.string(), v.string())),
        representor: maybe(deviceName),
      }),
    ),
  ),
  outputs: maybe(v.array(object({ match: v.array(v.string()), stdout: v.string() }))),
  fail: maybe(v.array(object({ match: v.array(v.string()) }))),
  libvirt_version: maybe(version),
  kernel: maybe(text),
});

const releases = ['icehouse', 'newton'] as const;

export const requestSchema = v.looseObject(
  {
    vif,
    instance,
    release: maybe(v.picklist(releases, 'must be icehouse or newton')),
    virt_type: maybe(text),
    image: maybe(image),
    image_meta: maybe(image),
    flavor: maybe(flavor),
    conf: maybe(conf),
    libvirt_version: maybe(version),
    port: maybe(portSchema),
    host: maybe(host),
  },
  'must be an object with vif and instance',
);

/** A release of nova whose behaviour is followed. */
export type Release = (typeof releases)[number];
/** A request as it is written. */
export type PlugRequest = v.InferInput<typeof requestSchema>;
export type ParsedRequest = v.InferOutput<typeof requestSchema>;
export type ParsedVif = ParsedRequest['vif'];
export type HostInput = NonNullable<ParsedRequest['host']>;
