import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { KNOWN, NetdevError } from './errors.js';
import { checkDeviceName } from './name.js';
import { describeErrno, indexOf } from './native.js';
import { checkBoolean } from './rtnetlink/fields.js';

/**
 * Switches IPv6 off on a device, which takes its IPv6 addresses away, or on. At once, in the network namespace of the calling
 * thread. Equivalent to `sysctl net.ipv6.conf.DEV.disable_ipv6=1|0`.
 *
 * @throws {InvalidArgumentError} for what is no device name
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_PERMISSION`, `ERR_NETDEV_UNSUPPORTED` on a kernel without IPv6
 *   and for a device whose MTU is below 1280, on which the kernel has none
 */
export function setIpv6Disabled(device: string, disabled: boolean): void {
  checkBoolean(disabled, 'disabled');
  attempt(`switch IPv6 ${disabled ? 'off' : 'on'} on ${device}`, device, (path) => {
    writeFileSync(path, disabled ? '1' : '0', { flag: 'r+' });
  });
}

/**
 * Whether IPv6 is off on a device. Equivalent to `sysctl net.ipv6.conf.DEV.disable_ipv6`.
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_UNSUPPORTED` on a kernel without IPv6
 */
export function isIpv6Disabled(device: string): boolean {
  return attempt(`read whether IPv6 is on for ${device}`, device, (path) => readFileSync(path, 'utf8').trim() !== '0');
}

/** Synchronous, as /proc/sys/net shows the namespace of the thread that opens it, and the pool's threads keep theirs. */
function attempt<T>(deed: string, device: string, act: (path: string) => T): T {
  // `all` and `default` are files there too, and no device can have their names.
  indexOf(checkDeviceName(device));
  try {
    return act(`/proc/sys/net/ipv6/conf/${device}/disable_ipv6`);
  } catch (cause) {
    const { code = 'EUNKNOWN', errno = 0, syscall } = cause as NodeJS.ErrnoException;
    const known = KNOWN[code === 'ENOENT' ? 'EOPNOTSUPP' : code];
    const reason = describeErrno(-errno).text;
    const why = code === 'ENOENT' ? whyNone() : (known?.text ?? reason);
    const message = `can't ${deed}: ${why} (${code})`;
    throw new NetdevError(known?.code ?? 'ERR_NETDEV', message, device, { cause, errno: code, syscall, reason });
  }
}

/** The kernel takes IPv6 from a device whose MTU is too small for it (RFC 8200 section 5). */
const whyNone = () =>
  existsSync('/proc/sys/net/ipv6/conf/all')
    ? 'no IPv6 on this device; an MTU below 1280 is too small'
    : 'this kernel has no IPv6';
