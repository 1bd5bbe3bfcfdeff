import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { KNOWN, NetdevError } from './errors.js';
import { checkDeviceName } from './name.js';
import { describeErrno, indexOf } from './native.js';
import { checkBoolean } from './rtnetlink/fields.js';
import { isTap } from './tap.js';

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
  for (let without: number | undefined; ; ) {
    try {
      return act(`/proc/sys/net/ipv6/conf/${device}/disable_ipv6`);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      const index = code === 'ENOENT' ? settledIndex(device) : without;
      if (index === without) throw failure(deed, device, cause as NodeJS.ErrnoException);
      without = index;
    }
  }
}

/**
 * A device that is made or deleted at this moment has its name sooner and longer than its files. `isTap` asks the driver, for which
 * the kernel ends that first.
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`
 */
function settledIndex(device: string): number {
  isTap(device);
  return indexOf(device);
}

function failure(deed: string, device: string, cause: NodeJS.ErrnoException): NetdevError {
  const { code = 'EUNKNOWN', errno = 0, syscall } = cause;
  const known = KNOWN[code === 'ENOENT' ? 'EOPNOTSUPP' : code];
  const reason = describeErrno(-errno).text;
  const why = code === 'ENOENT' ? whyNone() : (known?.text ?? reason);
  const message = `can't ${deed}: ${why} (${code})`;
  return new NetdevError(known?.code ?? 'ERR_NETDEV', message, device, { cause, errno: code, syscall, reason });
}

/** The kernel takes IPv6 from a device whose MTU is too small for it (RFC 8200 section 5). */
const whyNone = () =>
  existsSync('/proc/sys/net/ipv6/conf/all')
    ? 'no IPv6 on this device; an MTU below 1280 is too small'
    : 'this kernel has no IPv6';
