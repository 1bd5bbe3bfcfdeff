import { InvalidArgumentError } from '../../base/errors.js';
import { parse } from './checks.js';
import { requestList } from './list.js';
import { fromOsVif, isVersionedObject } from './os-vif.js';
import type { PortSettings } from './port.js';
import { type HostInput, type ParsedRequest, type ParsedVif, type Release, requestSchema } from './schema.js';

export { requestList } from './list.js';
export { type PortSettings, trunksOf } from './port.js';
export type { HostInput, PlugRequest, Release } from './schema.js';

/** nova's one driver that filters nothing. */
const NO_FIREWALL = 'nova.virt.firewall.NoopFirewallDriver';

type Known<T> = { readonly [K in keyof T]: T[K] };

/** A virtual interface as nova describes it, each part there. */
export interface Vif {
  readonly id: string;
  readonly address: string;
  readonly type: string | undefined;
  readonly devname: string | undefined;
  readonly ovsInterfaceId: string | undefined;
  readonly vnicType: string | undefined;
  readonly details: Known<NonNullable<ParsedVif['details']>>;
  readonly pciSlot: string | undefined;
  readonly qbg: Known<NonNullable<ParsedVif['qbg_params']>>;
  readonly qbhProfileId: string | undefined;
  readonly network: {
    readonly id: string | undefined;
    readonly bridge: string | undefined;
    readonly label: string | undefined;
    readonly subnets: NonNullable<ParsedVif['network']['subnets']>;
    readonly meta: Known<NonNullable<ParsedVif['network']['meta']>>;
  };
}

/** What the guest is like, as far as its interface shows it. */
export interface Guest {
  readonly virtType: string;
  readonly useVirtio: boolean;
  readonly model: string | undefined;
  readonly multiqueue: boolean;
  readonly vcpus: number;
  readonly extraSpecs: Readonly<Record<string, string | number>>;
}

/** A request, checked and complete: what planners read. */
export interface VifRequest {
  readonly release: Release;
  readonly vif: Vif;
  readonly instance: {
    readonly uuid: string;
    readonly name: string | undefined;
    readonly projectId: string | undefined;
    readonly displayName: string | undefined;
  };
  readonly guest: Guest;
  /** Whether nova filters what neutron does not. */
  readonly firewall: boolean;
  readonly flatInterface: string | undefined;
  readonly vlanInterface: string | undefined;
  /** Bytes: of the network, else of the configuration. */
  readonly mtu: { readonly network: number | undefined; readonly device: number | undefined };
  /** As libvirt counts; `undefined` when nobody said. */
  readonly libvirtVersion: number | undefined;
  readonly port: PortSettings;
  /** Whether the request says that ovskit makes the port, so that libvirt must not. */
  readonly createsPort: boolean;
  /** Whether a bridge of the switch that is not there is added. */
  readonly addsBridge: boolean;
  /** Facts of a machine that is not this one. */
  readonly host: HostInput | undefined;
}

/** How a request is read. */
export interface ParseOptions {
  /** The release when the request names none; `newton` when nobody does. */
  release?: Release | undefined;
}

/** Requests that have been checked: once is enough, however often each is used. */
const checked = new WeakSet<object>();

/**
 * Checks a request. One that was checked before is returned as it is.
 *
 * @param where names the request in errors, such as `request 3`.
 * @throws {InvalidArgumentError} naming the field, and what it should be.
 */
export function parsePlugRequest(input: unknown, where = 'request', options: ParseOptions = {}): VifRequest {
  if (typeof input === 'object' && input !== null && checked.has(input)) return input as VifRequest;
  const given = input as { vif?: unknown } | null | undefined;
  const novaForm = isVersionedObject(given?.vif) ? { ...given, vif: fromOsVif(given.vif, where) } : input;
  const request = complete(parse(requestSchema, novaForm, where), options);
  checked.add(request);
  return request;
}

/**
 * Checks a request file's content: one request, a list of them, or `{"requests": [...]}`.
 *
 * @throws {InvalidArgumentError} naming the request and the field.
 */
export function parsePlugRequests(input: unknown, options: ParseOptions = {}): VifRequest[] {
  const list = requestList(input);
  if (list === undefined) return [parsePlugRequest(input, undefined, options)];
  if (list.length === 0) throw new InvalidArgumentError('there is no request in the list');
  return list.map((request, index) => parsePlugRequest(request, `request ${index + 1}`, options));
}

function complete(input: ParsedRequest, options: ParseOptions): VifRequest {
  const chosen = options.release ?? input.release ?? undefined;
  const release = chosen ?? 'newton';
  const conf = input.conf ?? {};
  const { vif, instance } = input;
  const meta = vif.network.meta ?? {};
  const properties = input.image?.properties ?? input.image_meta?.properties ?? {};
  const section = release === 'newton' ? 'os_vif_linux_bridge.' : '';
  const name = <T>(value: T | null | undefined) => value ?? undefined;
  const interfaceOf = (key: 'flat_interface' | 'vlan_interface') =>
    name(conf[`${section}${key}` as typeof key] ?? conf[key]);
  return {
    release,
    vif: completeVif(vif, chosen),
    instance: {
      uuid: instance.uuid,
      name: name(instance.name),
      projectId: name(instance.project_id),
      displayName: name(instance.display_name),
    },
    guest: {
      virtType: input.virt_type ?? conf['libvirt.virt_type'] ?? 'kvm',
      useVirtio: conf['libvirt.use_virtio_for_bridges'] ?? true,
      model: name(properties.hw_vif_model),
      multiqueue: properties.hw_vif_multiqueue_enabled ?? false,
      vcpus: input.flavor?.vcpus ?? 1,
      extraSpecs: input.flavor?.extra_specs ?? {},
    },
    firewall: 'firewall_driver' in conf && conf.firewall_driver !== NO_FIREWALL,
    flatInterface: interfaceOf('flat_interface'),
    vlanInterface: interfaceOf('vlan_interface'),
    mtu: {
      // icehouse's networks have none.
      network: release === 'icehouse' ? undefined : name(meta.mtu),
      device: name(
        conf['os_vif_ovs.network_device_mtu'] ??
          conf['os_vif_linux_bridge.network_device_mtu'] ??
          conf.network_device_mtu,
      ),
    },
    libvirtVersion: name<number>(input.libvirt_version ?? input.host?.libvirt_version),
    port: completePort(input, chosen),
    createsPort: input.port?.create_port ?? vif.details?.create_port ?? false,
    addsBridge: chosen === 'newton',
    host: name(input.host),
  };
}

/** nova leaves the port of a plain `ovs` VIF to libvirt. Who names no release of nova has ovskit make it. */
function completePort({ port, vif, conf }: ParsedRequest, release: Release | undefined): PortSettings {
  return {
    ...port,
    create_port: port?.create_port ?? vif.details?.create_port ?? release === undefined,
    isolate_vif: port?.isolate_vif ?? conf?.['os_vif_ovs.isolate_vif'] ?? false,
    per_port_bridge: port?.per_port_bridge ?? conf?.['os_vif_ovs.per_port_bridge'] ?? false,
    datapath_type: port?.datapath_type ?? vif.details?.datapath_type,
  };
}

function completeVif(vif: ParsedVif, release: Release | undefined): Vif {
  const { network } = vif;
  // nova hands the address on as it is written; os-vif has one way to write it.
  const byOsVif = vif.type === 'ovs' || vif.type === 'bridge';
  const asWritten = release === 'icehouse' || (release === 'newton' && !byOsVif);
  return {
    id: vif.id,
    address: asWritten ? vif.address : vif.address.toLowerCase().replaceAll('-', ':'),
    type: vif.type ?? undefined,
    devname: vif.devname ?? undefined,
    ovsInterfaceId: vif.ovs_interfaceid ?? undefined,
    vnicType: vif.vnic_type ?? undefined,
    details: vif.details ?? {},
    pciSlot: vif.profile?.pci_slot?.toLowerCase(),
    qbg: vif.qbg_params ?? {},
    qbhProfileId: vif.qbh_params?.profileid ?? undefined,
    network: {
      id: network.id ?? undefined,
      bridge: vif.details?.bridge_name ?? network.bridge ?? undefined,
      label: network.label ?? undefined,
      subnets: network.subnets ?? [],
      meta: network.meta ?? {},
    },
  };
}
