import { type ErrorDetails, OvskitError } from '../base/errors.js';

/** What the kernel said, when it was the kernel that refused. */
export interface NetdevErrorDetails extends ErrorDetails {
  errno?: string | undefined;
  syscall?: string | undefined;
  reason?: string | undefined;
}

/** A network device could not be read or changed. Its `code` is stable; `errno` and `syscall` tell the kernel's reason. */
export class NetdevError extends OvskitError {
  /** The errno's name, such as `ENODEV`. */
  readonly errno: string | undefined;
  /** The call that failed, such as `ioctl(TUNSETIFF)`, or `rtnetlink`. */
  readonly syscall: string | undefined;
  /** The kernel's own text: its extended ack, such as `mtu greater than device maximum`, or that of the errno. */
  readonly reason: string | undefined;

  constructor(
    code: string,
    message: string,
    /** The device's name, where there is one. */
    readonly device: string | undefined,
    details: NetdevErrorDetails = {},
  ) {
    super(code, message, details);
    this.errno = details.errno;
    this.syscall = details.syscall;
    this.reason = details.reason;
  }
}

/** The device exists, but is not what the operation works on: `ERR_NETDEV_WRONG_KIND`. */
export class WrongKindError extends NetdevError {
  constructor(
    device: string,
    /** With its article: `a tap`. */
    readonly wanted: string,
    /** What the device is, such as `veth`, where that is known. */
    readonly actual?: string | undefined,
    details?: NetdevErrorDetails,
  ) {
    const found = actual === undefined ? '' : ` (it is: ${actual})`;
    super('ERR_NETDEV_WRONG_KIND', `device ${device} exists and is not ${wanted}${found}`, device, details);
  }
}

/** Whether the device was not there: mostly that it went between two looks at it. */
export const isNoDevice = (error: unknown): error is NetdevError =>
  error instanceof NetdevError && error.code === 'ERR_NETDEV_NO_DEVICE';

/** An error as native/error.cc makes it. */
export interface NativeError extends Error {
  code: string;
  errno: number;
  syscall: string;
  device?: string;
  kind?: string;
}

/** The stable code, and what the message says, for an errno. What is not listed is a plain `ERR_NETDEV`. */
export const KNOWN: Record<string, { code: string; text: string }> = {
  ENODEV: { code: 'ERR_NETDEV_NO_DEVICE', text: 'there is no such device' },
  ENXIO: { code: 'ERR_NETDEV_NO_DEVICE', text: 'there is no such device' },
  EEXIST: { code: 'ERR_NETDEV_EXISTS', text: 'there is a device of this name already' },
  EPERM: { code: 'ERR_NETDEV_PERMISSION', text: 'not permitted: the capability CAP_NET_ADMIN is needed' },
  EACCES: { code: 'ERR_NETDEV_PERMISSION', text: 'not permitted: the capability CAP_NET_ADMIN is needed' },
  EBUSY: { code: 'ERR_NETDEV_BUSY', text: 'the device is in use' },
  EOPNOTSUPP: { code: 'ERR_NETDEV_UNSUPPORTED', text: 'the device does not support this' },
};

function isNativeError(error: unknown): error is NativeError {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/**
 * The addon's error as one of ours; anything else as it is. Made where the caller waits, so that the stack is the caller's.
 * @param what the operation: `set the MTU of tap0 to 9000`
 */
export function toNetdevError(error: unknown, what: string, wanted = 'a tap'): unknown {
  if (!isNativeError(error)) return error;
  const { code: errno, syscall, device, kind } = error;
  // The addon's message ends with `ENODEV, No such device`.
  const reason = error.message.split(`${errno}, `).at(-1);
  const details: NetdevErrorDetails = { cause: error, errno, syscall, reason };
  if (kind !== undefined && device !== undefined) return new WrongKindError(device, wanted, kind, details);
  const known = Object.hasOwn(KNOWN, errno) ? KNOWN[errno] : undefined;
  // Namespaces and mounts are the system's, not the network's.
  const ofSystem = /^(unshare|mount|setns)/.test(syscall);
  // A file that this user may not open is no matter of capabilities: /dev/net/tun is 0600 where udev has not seen it.
  const [, file] = (errno === 'EACCES' && /^open\((.*)\)$/.exec(syscall)) || [];
  const text = file
    ? `not permitted: this user may not open ${file}; beside that, the capability CAP_NET_ADMIN is needed`
    : (known?.text.replace('CAP_NET_ADMIN', ofSystem ? 'CAP_SYS_ADMIN' : '$&') ?? `${syscall} failed`);
  return new NetdevError(known?.code ?? 'ERR_NETDEV', `can't ${what}: ${text} (${errno})`, device, details);
}
