import type { Vif, VifRequest } from './request/index.js';

/** The key in the external ids of a row of QoS with the id of the VIF that it was made for. */
export const QOS_KEY = 'vif-id';

/** nova cuts its device names to this, so that suffixes fit the kernel's 15 bytes. */
const NAME_LENGTH = 14;

const named = (prefix: string, vif: Pick<Vif, 'id'>) => `${prefix}${vif.id}`.slice(0, NAME_LENGTH);

/** The VIF's device: its `devname`, or `nic` and the beginning of its id. */
export function deviceName(vif: { readonly id: string; readonly devname?: string | null | undefined }): string {
  return vif.devname ?? named('nic', vif);
}

/** Mellanox' name for it. */
export function ethDeviceName(vif: Vif): string {
  return `eth${deviceName(vif).slice(3)}`;
}

/** The devices of the hybrid plug: a bridge of the VIF's own, and the pair that joins it to the switch. */
export function hybridNames(vif: Vif): { bridge: string; bridgeEnd: string; switchEnd: string } {
  return { bridge: named('qbr', vif), bridgeEnd: named('qvb', vif), switchEnd: named('qvo', vif) };
}

/** The VIF's own bridge on the switch, and the patch ports that join it to the network's, as os-vif names them. */
export function portBridgeNames(vif: Vif): { bridge: string; bridgeEnd: string; networkEnd: string } {
  return { bridge: named('pb', vif), bridgeEnd: named('pbp', vif), networkEnd: named('ibp', vif) };
}

/** The VIF's device, and its ports that have other names. */
export function ownNames(request: VifRequest): string[] {
  const { vif, port } = request;
  return [
    deviceName(vif),
    ...(isHybrid(request) ? [hybridNames(vif).switchEnd] : []),
    ...(port.per_port_bridge ? [portBridgeNames(vif).networkEnd] : []),
  ];
}

/** What the network's controller knows the VIF by. */
export function interfaceId(vif: Vif): string {
  return vif.ovsInterfaceId ?? vif.id;
}

/** Whether nova is to filter the VIF's traffic. */
export function wantsFilter({ firewall, vif }: VifRequest): boolean {
  return firewall && !vif.details.port_filter;
}

/** Whether a bridge of the VIF's own stands between the guest and the switch. */
export function isHybrid(request: VifRequest): boolean {
  return wantsFilter(request) || (request.vif.details.ovs_hybrid_plug ?? false);
}
