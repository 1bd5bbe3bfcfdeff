import { KNOWN, NetdevError } from '../errors.js';
import type { Reply } from './message.js';

/** What is tried. */
export interface Attempt {
  /** For the message: `create the veth pair a, b`. */
  deed: string;
  /** The device that the error is about. */
  device: string | undefined;
  /** The kind of device that the kernel may not have, such as `vlan`. */
  kind?: string | undefined;
}

/** The kernel module that brings a kind of link, by the kind's name. */
const MODULES: Record<string, string> = { vlan: '8021q', bond: 'bonding' };

/** What the code is about where an address or a route is, not a link. */
const OTHERS: Record<string, string> = {
  EADDRNOTAVAIL: 'ERR_NETDEV_NO_ADDRESS',
  ESRCH: 'ERR_NETDEV_NO_ROUTE',
};

/**
 * The kernel's refusal as an error. The message has its own words when it sent some, else ours for a link, else strerror(3).
 */
export function rtnetlinkError(
  { deed, device, kind }: Attempt,
  { text }: Pick<Reply, 'text'>,
  errno: { name: string; text: string },
): NetdevError {
  const known = Object.hasOwn(KNOWN, errno.name) ? KNOWN[errno.name] : undefined;
  // With a word to it, it is no lack of a capability: `IPv6 is disabled on this device` (EACCES), or `Device can not be enslaved
  // while up` (EPERM).
  const capable = (errno.name === 'EACCES' || errno.name === 'EPERM') && text !== undefined;
  const code = capable ? 'ERR_NETDEV' : (known?.code ?? OTHERS[errno.name] ?? 'ERR_NETDEV');
  const reason = text?.replace(/\.$/, '') ?? errno.text;
  const details = { errno: errno.name, syscall: 'rtnetlink', reason };
  let why = text === undefined ? (known?.text ?? errno.text) : reason;
  if (errno.name === 'EOPNOTSUPP' && kind !== undefined) {
    // Without a word it knows the kind, and lacks an option's support: VLAN filtering, multicast snooping.
    const module = Object.hasOwn(MODULES, kind) ? MODULES[kind] : kind;
    const unknown = text !== undefined && /unknown device type/i.test(text);
    if (unknown) why = `this kernel has no ${module}`;
    else if (text === undefined) why = `this kernel's ${module} does not support one of the options`;
  }
  return new NetdevError(code, `can't ${deed}: ${why} (${errno.name})`, device, details);
}
