/** The libvirt XML of a VIF. */
import { wantsFilter } from '../names.js';
import type { VifRequest } from '../request/index.js';
import { type Frontend, frontend } from './guest.js';
import { type Bound, type GuestInterface, interfaceXml, type Source, type VirtualPort } from './interface.js';

export { hostDeviceXml, type Source } from './interface.js';

/** How a type's interface differs from the plainest one. */
export interface InterfaceParts {
  readonly source: Source;
  readonly target?: string | undefined;
  readonly virtualPort?: VirtualPort | undefined;
  readonly vlan?: number | undefined;
  /** nova's filter, where it filters. */
  readonly filter?: boolean;
  readonly bandwidth?: boolean;
  /** Sees the card last: a type may demand another, or none. */
  readonly frontend?: (card: Frontend) => Frontend;
}

/**
 * @throws {UnsupportedVirtTypeError}; {@link UnsupportedModelError}.
 */
export function guestInterface(request: VifRequest, kernelRelease: string, parts: InterfaceParts): string {
  const card = frontend(request, kernelRelease);
  const { model, driver } = parts.frontend?.(card) ?? card;
  const config: GuestInterface = {
    mac: request.vif.address,
    model,
    driver,
    source: parts.source,
    vlan: parts.vlan,
    target: parts.target,
    virtualPort: parts.virtualPort,
    filter: parts.filter && wantsFilter(request) ? filterName(request) : undefined,
    inbound: parts.bandwidth ? boundOf(request, 'inbound') : undefined,
    outbound: parts.bandwidth ? boundOf(request, 'outbound') : undefined,
  };
  return interfaceXml(config, request.libvirtVersion);
}

function filterName({ vif, instance }: VifRequest): string {
  return `nova-instance-${instance.name ?? instance.uuid}-${vif.address.replaceAll(':', '')}`;
}

/** What the flavor bounds; libvirt wants an average, so that without one there is no bound. */
function boundOf({ guest }: VifRequest, direction: 'inbound' | 'outbound'): Bound | undefined {
  const spec = (what: string) => {
    const value = guest.extraSpecs[`quota:vif_${direction}_${what}`];
    return value === undefined ? undefined : String(value);
  };
  const average = spec('average');
  return average === undefined ? undefined : { average, peak: spec('peak'), burst: spec('burst') };
}
