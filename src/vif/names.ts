import type { Vif } from './request.js';

/** nova cuts its device names to this, so that suffixes fit the kernel's 15 bytes. */
const NAME_LENGTH = 14;

/** The VIF's device: its `devname`, or `nic` and the beginning of its id. */
export function deviceName(vif: Vif): string {
  return vif.devname ?? `nic${vif.id}`.slice(0, NAME_LENGTH);
}

/** What the network's controller knows the VIF by. */
export function interfaceId(vif: Vif): string {
  return vif.ovs_interfaceid ?? vif.id;
}
