/** Virtual functions (SR-IOV), set by the physical function's device. */
import { InvalidArgumentError } from '../base/errors.js';
import { parseMac } from './mac.js';
import { checkDeviceName, show } from './name.js';
import { IFLA_VF } from './rtnetlink/constants.js';
import { checkBoolean, checkWhole } from './rtnetlink/fields.js';
import { setLink } from './rtnetlink/set-link.js';
import { VF_STATES, type VfState, vfInfo, vfMac, vfNumber, vfRate, vfVlan } from './rtnetlink/vf.js';

/** What is set of a virtual function. */
export interface VfOptions {
  /** `fa:16:3e:00:00:01`; the function takes it when its driver starts anew. */
  mac?: string | undefined;
  /** Frames are tagged with it on the wire, and untagged for the function; 0 ends that. */
  vlan?: number | undefined;
  /** The priority in the tag, 0 to 7; with `vlan`. Default: 0. */
  qos?: number | undefined;
  /** With `vlan`. Default: `802.1Q`. */
  vlanProtocol?: '802.1Q' | '802.1ad' | undefined;
  /** Drop frames with another source address than `mac`. */
  spoofCheck?: boolean | undefined;
  /** Let the function be promiscuous, and choose its address. */
  trust?: boolean | undefined;
  /** Mbit/s; 0 is no bound. The one of the two that is not given becomes 0. */
  minTxRate?: number | undefined;
  /** Mbit/s; 0 is no bound. */
  maxTxRate?: number | undefined;
  /** Whether its link is up: as that of the physical function, or always, or never. */
  state?: VfState | undefined;
}

/**
 * Sets a virtual function. Equivalent to `ip link set DEV vf N mac MAC vlan VLAN qos QOS proto PROTO`,
 * `... spoofchk on|off`, `... trust on|off`, `... min_tx_rate R max_tx_rate R`, `... state auto|enable|disable`.
 * The kernel takes them one after the other: when it refuses one, those before it are set.
 *
 * @param device the physical function
 * @param vf from 0
 * @throws {InvalidArgumentError}
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_UNSUPPORTED` where the driver has no such setting, `ERR_NETDEV`
 *   (EINVAL) for a number that the card has not
 */
export async function setVf(device: string, vf: number, options: VfOptions): Promise<void> {
  checkDeviceName(device);
  checkWhole(vf, 'the number of the virtual function', 0, 0xffff);
  const settings = encode(vf, options);
  if (settings.length === 0) return;
  await setLink(`set virtual function ${vf} of ${device}`, device, [vfInfo(settings)]);
}

function encode(vf: number, options: VfOptions): Buffer[] {
  const { mac, vlan, qos, vlanProtocol = '802.1Q', spoofCheck, trust, minTxRate, maxTxRate, state } = options;
  const settings: Buffer[] = [];
  if (mac !== undefined) settings.push(vfMac(vf, parseMac(mac)));
  if (vlan !== undefined) {
    checkWhole(vlan, 'vlan', 0, 4095);
    checkWhole(qos ?? 0, 'qos', 0, 7);
    if (vlanProtocol !== '802.1Q' && vlanProtocol !== '802.1ad') {
      throw new InvalidArgumentError(`vlanProtocol must be 802.1Q or 802.1ad, not ${show(String(vlanProtocol))}`);
    }
    settings.push(vfVlan(vf, vlan, qos ?? 0, vlanProtocol));
  } else if (qos !== undefined || options.vlanProtocol !== undefined) {
    throw new InvalidArgumentError('qos and vlanProtocol are of a VLAN: vlan must be given too');
  }
  if (minTxRate !== undefined || maxTxRate !== undefined) {
    checkWhole(minTxRate ?? 0, 'minTxRate', 0, 0xffff_ffff);
    checkWhole(maxTxRate ?? 0, 'maxTxRate', 0, 0xffff_ffff);
    settings.push(vfRate(vf, minTxRate ?? 0, maxTxRate ?? 0));
  }
  const flag = (type: number, value: boolean | undefined, what: string) => {
    if (value === undefined) return;
    checkBoolean(value, what);
    settings.push(vfNumber(type, vf, value ? 1 : 0));
  };
  flag(IFLA_VF.SPOOFCHK, spoofCheck, 'spoofCheck');
  flag(IFLA_VF.TRUST, trust, 'trust');
  if (state !== undefined) {
    const number = VF_STATES.indexOf(state);
    if (number < 0) {
      throw new InvalidArgumentError(`state must be one of ${VF_STATES.join(', ')}, not ${show(String(state))}`);
    }
    settings.push(vfNumber(IFLA_VF.LINK_STATE, vf, number));
  }
  return settings;
}
