import { closeSync, constants, openSync } from 'node:fs';
import { InvalidArgumentError } from '../base/errors.js';
import { KNOWN, NetdevError, type NetdevErrorDetails } from './errors.js';
import { checkDeviceName, show } from './name.js';
import { describeErrno } from './native.js';
import { attribute, text, u32 } from './rtnetlink/attributes.js';
import { IFLA } from './rtnetlink/constants.js';
import { checkWhole } from './rtnetlink/fields.js';
import { setLink, setLinkByIndex } from './rtnetlink/set-link.js';

/** A network namespace: by its name (ip-netns(8)), the path of a file that stands for it, or a process that is in it. */
export type NetworkNamespace = { name: string } | { path: string } | { pid: number };

/** Where `ip netns add` puts them. */
const NAMED = '/run/netns';

/**
 * Moves a link to another network namespace, where it is down and without addresses.
 * Equivalent to `ip link set DEV netns NAME|PATH|PID`, with `name NEW` where it gets a new name there.
 *
 * @throws {InvalidArgumentError}
 * @throws {NetdevError} `ERR_NETDEV_NO_DEVICE`, `ERR_NETDEV_EXISTS` when there is such a name already,
 *   `ERR_NETDEV_NO_NAMESPACE`, `ERR_NETDEV` (EINVAL) for a link that can't be moved, such as `lo`
 */
export async function moveLink(
  device: string,
  namespace: NetworkNamespace,
  options: { name?: string | undefined } = {},
): Promise<void> {
  checkDeviceName(device);
  if (typeof namespace !== 'object' || namespace === null) {
    throw new InvalidArgumentError('the network namespace must be { name }, { path } or { pid }');
  }
  const to =
    'pid' in namespace
      ? `process ${namespace.pid}`
      : show(String('name' in namespace ? namespace.name : namespace.path));
  const deed = `move ${device} to the network namespace of ${to}`;
  const send = (where: Buffer) =>
    options.name === undefined
      ? setLink(deed, device, [where])
      : setLinkByIndex(deed, device, [where, attribute(IFLA.IFNAME, text(checkDeviceName(options.name)))]);
  if ('pid' in namespace) {
    checkWhole(namespace.pid, 'pid', 1, 0x7fff_ffff);
    await send(attribute(IFLA.NET_NS_PID, u32(namespace.pid))).catch((error: unknown) => {
      throw error instanceof NetdevError && error.errno === 'ESRCH' ? noNamespace(deed, device, error) : error;
    });
    return;
  }
  const path = 'name' in namespace ? namedPath(namespace.name) : namespace.path;
  const fd = open(path, deed, device);
  try {
    await send(attribute(IFLA.NET_NS_FD, u32(fd)));
  } finally {
    closeSync(fd);
  }
}

/** @throws {InvalidArgumentError} for a name that is a way out of the directory */
function namedPath(name: string): string {
  if (typeof name !== 'string' || name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) {
    throw new InvalidArgumentError(
      `the name of a network namespace must be that of a file in ${NAMED}, not ${show(String(name))}`,
    );
  }
  return `${NAMED}/${name}`;
}

function open(path: string, deed: string, device: string): number {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new InvalidArgumentError(`the path of a network namespace must be that of a file, not ${show(String(path))}`);
  }
  try {
    // A FIFO must not keep us waiting.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw noNamespace(deed, device, error);
  }
}

function noNamespace(deed: string, device: string, cause: unknown): NetdevError {
  const details = cause instanceof NetdevError ? cause : fromNode(cause as NodeJS.ErrnoException);
  const { errno, syscall, reason } = details;
  const missing = errno === 'ENOENT' || errno === 'ESRCH' || errno === 'ENOTDIR';
  const why = missing ? 'there is no such namespace' : reason;
  const code = missing ? 'ERR_NETDEV_NO_NAMESPACE' : (KNOWN[errno ?? '']?.code ?? 'ERR_NETDEV');
  return new NetdevError(code, `can't ${deed}: ${why} (${errno})`, device, { cause, errno, syscall, reason });
}

function fromNode({ code: errno, errno: number = 0, syscall }: NodeJS.ErrnoException): NetdevErrorDetails {
  return { errno, syscall, reason: describeErrno(-number).text };
}
