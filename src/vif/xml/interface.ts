import { type Element, element, write } from './element.js';

/** libvirt from which on `ethernet` needs no script, not even an empty one. */
const NO_EMPTY_SCRIPT = 1_003_003;

export interface Driver {
  readonly name: string;
  readonly queues?: number | undefined;
}

/** One direction's bounds, in libvirt's units: kilobytes a second, and kilobytes. */
export interface Bound {
  readonly average: string;
  readonly peak: string | undefined;
  readonly burst: string | undefined;
}

export type Source =
  | { readonly kind: 'bridge'; readonly bridge: string }
  | { readonly kind: 'ethernet' }
  | { readonly kind: 'direct'; readonly device: string; readonly mode: string }
  | { readonly kind: 'hostdev'; readonly pciAddress: string }
  | { readonly kind: 'vhostuser'; readonly path: string; readonly mode: string };

export interface VirtualPort {
  readonly type: string;
  /** In the order in which they are written. */
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** An interface of a domain (https://libvirt.org/formatdomain.html#network-interfaces). */
export interface GuestInterface {
  readonly mac: string;
  readonly model: string | undefined;
  readonly driver: Driver | undefined;
  readonly source: Source;
  readonly vlan?: number | undefined;
  readonly target?: string | undefined;
  readonly virtualPort?: VirtualPort | undefined;
  readonly filter?: string | undefined;
  readonly inbound?: Bound | undefined;
  readonly outbound?: Bound | undefined;
}

/** @param libvirtVersion as libvirt counts; `undefined` writes what the originals wrote. */
export function interfaceXml(config: GuestInterface, libvirtVersion: number | undefined): string {
  const { source, driver, vlan, inbound, outbound } = config;
  const modern = libvirtVersion !== undefined && libvirtVersion >= NO_EMPTY_SCRIPT;
  const attributes = { type: source.kind, managed: source.kind === 'hostdev' ? 'yes' : undefined };
  const bandwidth = [inbound && bound('inbound', inbound), outbound && bound('outbound', outbound)];
  return write(
    element('interface', attributes, [
      element('mac', { address: config.mac }),
      config.model === undefined ? undefined : element('model', { type: config.model }),
      driver && element('driver', { name: driver.name, queues: driver.queues }),
      sourceElement(source, modern),
      vlan === undefined ? undefined : element('vlan', {}, [element('tag', { id: vlan })]),
      config.target === undefined ? undefined : element('target', { dev: config.target }),
      config.virtualPort && virtualPortElement(config.virtualPort, modern),
      config.filter === undefined ? undefined : element('filterref', { filter: config.filter }),
      inbound || outbound ? element('bandwidth', {}, bandwidth) : undefined,
    ]),
  );
}

function sourceElement(source: Source, modern: boolean): Element | undefined {
  switch (source.kind) {
    case 'bridge':
      return element('source', { bridge: source.bridge });
    case 'ethernet':
      return modern ? undefined : element('script', { path: '' });
    case 'direct':
      return element('source', { dev: source.device, mode: source.mode });
    case 'hostdev':
      return element('source', {}, [element('address', { type: 'pci', ...pciParts(source.pciAddress) })]);
    case 'vhostuser':
      return element('source', { type: 'unix', mode: source.mode, path: source.path });
  }
}

/** The originals give each parameter an element of its own, which libvirt read until it had a schema to check by. */
function virtualPortElement({ type, parameters }: VirtualPort, modern: boolean): Element {
  const each = modern ? [parameters] : Object.entries(parameters).map(([key, value]) => ({ [key]: value }));
  return element(
    'virtualport',
    { type },
    each.map((attributes) => element('parameters', attributes)),
  );
}

const bound = (direction: string, { average, peak, burst }: Bound) => element(direction, { average, peak, burst });

/** A whole PCI device for the guest, of which it is not said that it is a network card. */
export function hostDeviceXml(pciAddress: string): string {
  return write(
    element('hostdev', { mode: 'subsystem', type: 'pci', managed: 'yes' }, [
      element('source', {}, [element('address', pciParts(pciAddress))]),
    ]),
  );
}

function pciParts(address: string): { domain: string; bus: string; slot: string; function: string } {
  const [domain, bus, rest] = address.split(':') as [string, string, string];
  const [slot, number] = rest.split('.') as [string, string];
  return { domain: `0x${domain}`, bus: `0x${bus}`, slot: `0x${slot}`, function: `0x${number}` };
}
