import { read } from './native.js';

/**
 * Moves the calling thread into a network namespace of its own, empty but for `lo`, which is up, with a /sys that shows it.
 * Threads and processes started afterwards from this thread are in it too; those that run already stay where they are
 * (libuv's pool among them, so `fs` promises still see the old /sys; `fs` calls with Sync see the new one). It ends with the
 * last thread or process in it.
 *
 * Changes to links that were asked for before are awaited: they are made in the old namespace.
 *
 * Equivalent to `unshare --net --mount`, `mount -t sysfs sysfs /sys`, `ip link set lo up` (unshare(2), namespaces(7)).
 * @throws {NetdevError} `ERR_NETDEV_PERMISSION` without CAP_SYS_ADMIN; the thread is then where it was
 */
export function enterPrivateNetwork(): void {
  read(
    () => 'enter a private network namespace',
    (addon) => addon.enterPrivateNetwork(),
  );
}
