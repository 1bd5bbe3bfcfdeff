import * as v from 'valibot';
import { InvalidArgumentError } from '../../base/errors.js';
import { deviceName, flag, mac, maybe, object, parse, pciAddress, text, uuid, vlanId } from './checks.js';

/** An object as oslo.versionedobjects writes it. */
interface VersionedObject {
  readonly 'versioned_object.name': string;
  readonly 'versioned_object.data': unknown;
}

/** Whether the value is a versioned object, such as os-vif hands about. */
export function isVersionedObject(value: unknown): value is VersionedObject {
  return typeof value === 'object' && value !== null && 'versioned_object.name' in value;
}

/** os-vif's own objects are ten deep, each with its envelope. */
const DEEPEST = 100;

/**
 * The objects in it lose their envelopes; the name of each becomes its `object`.
 *
 * @throws {InvalidArgumentError} for what is nested without end
 */
function unwrap(value: unknown, where: string, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) throw new InvalidArgumentError(`${where} is nested more than ${DEEPEST} deep`);
  const within = (inner: unknown) => unwrap(inner, where, depth + 1);
  if (Array.isArray(value)) return value.map(within);
  if (isVersionedObject(value)) {
    return { ...(within(value['versioned_object.data']) as object), object: value['versioned_object.name'] };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, within(inner)]));
}

const network = object({
  id: maybe(text),
  bridge: maybe(deviceName),
  label: maybe(v.string('must be a string')),
  mtu: maybe(v.number('must be a number')),
  bridge_interface: maybe(deviceName),
  should_provide_bridge: maybe(flag),
  should_provide_vlan: maybe(flag),
  multi_host: maybe(flag),
  vlan: maybe(vlanId),
});

const profile = object({
  object: text,
  interface_id: maybe(text),
  datapath_type: maybe(text),
  create_port: maybe(flag),
  profile_id: maybe(text),
  manager_id: maybe(v.union([v.string(), v.number()])),
  type_id: maybe(v.union([v.string(), v.number()])),
  type_id_version: maybe(v.union([v.string(), v.number()])),
  instance_id: maybe(text),
  bridge_name: maybe(deviceName),
  hybrid_plug: maybe(flag),
});

const schema = object({
  object: text,
  id: uuid,
  address: mac,
  network: maybe(network),
  has_traffic_filtering: maybe(flag),
  vif_name: maybe(deviceName),
  bridge_name: maybe(deviceName),
  path: maybe(text),
  mode: maybe(text),
  dev_type: maybe(text),
  dev_address: maybe(pciAddress),
  vlan: maybe(vlanId),
  port_profile: maybe(profile),
});

type OsVif = v.InferOutput<typeof schema>;
type Profile = v.InferOutput<typeof profile>;

/** What is nova's model of each: type, and the fields that go with it. */
const converters: Readonly<Record<string, (vif: OsVif, profile: Profile | undefined) => object>> = {
  VIFOpenVSwitch: (vif) => ({ type: 'ovs', network: { bridge: vif.bridge_name ?? vif.network?.bridge } }),
  VIFBridge: (_, given) =>
    given?.object === 'VIFPortProfileOpenVSwitch'
      ? { type: 'ovs', details: { ovs_hybrid_plug: true } }
      : { type: 'bridge' },
  VIFVHostUser: (vif, given) => ({
    type: 'vhostuser',
    details: {
      vhostuser_socket: vif.path,
      ...(vif.mode ? { vhostuser_mode: vif.mode } : {}),
      ...(given?.object === 'VIFPortProfileOpenVSwitch' ? { vhostuser_ovs_plug: true } : {}),
      ...(given?.object === 'VIFPortProfileFPOpenVSwitch'
        ? { vhostuser_fp_plug: true, vhostuser_ovs_plug: true, ovs_hybrid_plug: given.hybrid_plug ?? false }
        : {}),
      ...(given?.object === 'VIFPortProfileFPBridge' ? { vhostuser_fp_plug: true } : {}),
    },
  }),
  VIFHostDevice: (vif, given) => {
    const pci = { profile: { pci_slot: vif.dev_address }, vnic_type: 'direct' };
    switch (given?.object) {
      case 'VIFPortProfile8021Qbh':
        return { ...pci, type: '802.1qbh' };
      case 'VIFPortProfileOpenVSwitch':
      case 'VIFPortProfileOVSRepresentor':
        return { ...pci, type: 'ovs' };
      default:
        return vif.dev_type === 'ethernet' && vif.vlan !== undefined
          ? { ...pci, type: 'hw_veb' }
          : { ...pci, type: 'hostdev_physical' };
    }
  },
};

/**
 * The VIF of os-vif in nova's form.
 *
 * @throws {InvalidArgumentError} naming the field, and for an object that is none of those known.
 */
export function fromOsVif(input: VersionedObject, where: string): object {
  const name = input['versioned_object.name'];
  const convert = converters[name];
  if (!convert) {
    const known = Object.keys(converters).join(', ');
    throw new InvalidArgumentError(`${where}: vif: the object ${name} is unknown; known ones: ${known}`);
  }
  const vif = parse(schema, unwrap(input, `${where}: vif`), `${where}: vif`);
  const given = vif.port_profile ?? undefined;
  const { network: net } = vif;
  const common = {
    id: vif.id,
    address: vif.address,
    devname: vif.vif_name,
    ovs_interfaceid: given?.interface_id,
    network: {
      id: net?.id,
      bridge: net?.bridge ?? vif.bridge_name,
      label: net?.label,
      meta: {
        mtu: net?.mtu,
        bridge_interface: net?.bridge_interface,
        should_create_bridge: net?.should_provide_bridge,
        should_create_vlan: net?.should_provide_vlan,
        multi_host: net?.multi_host,
        vlan: net?.vlan,
      },
    },
    details: {
      port_filter: vif.has_traffic_filtering,
      create_port: given?.create_port,
      datapath_type: given?.datapath_type,
      profileid: given?.profile_id,
      vlan: vif.vlan,
    },
    qbg_params: given && {
      managerid: given.manager_id,
      typeid: given.type_id,
      typeidversion: given.type_id_version,
      instanceid: given.instance_id,
    },
  };
  return merge(common, convert(vif, given));
}

function merge(base: object, more: object): object {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(more)) {
    const before = result[key];
    const both = isPlain(before) && isPlain(value);
    result[key] = both ? merge(before, value) : value;
  }
  return result;
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
