import { checkDeviceName } from './name.js';
import { change } from './native.js';
import { checkBoolean } from './rtnetlink/fields.js';

/**
 * The XenServer kernel's workaround for cards that lose VLAN tags: SIOCSIFVLAN (linux/if_vlan.h) with its own command, 10 for
 * on and 11 for off. Equivalent to `ovs-vlan-bug-workaround DEV on|off`
 * of old Open vSwitch.
 *
 * @returns false when this kernel doesn't have it: EINVAL, EOPNOTSUPP or ENOPKG, as every kernel but XenServer's answers
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_PERMISSION`
 */
export async function setVlanWorkaround(device: string, on: boolean): Promise<boolean> {
  checkDeviceName(device);
  checkBoolean(on, 'on');
  return change(
    () => `turn the VLAN workaround of ${device} ${on ? 'on' : 'off'}`,
    (addon, callback) => addon.setVlanWorkaround(device, on, callback),
  );
}
