/**
 * An archive in the "newc" format of cpio(5), which the kernel takes as an initramfs
 * (Documentation/driver-api/early-userspace/buffer-format.rst).
 */

export interface CpioEntry {
  path: string;
  /** Type and permission bits as in stat(2): 0o100755 for a program, 0o040755 for a folder. */
  mode: number;
  data?: Buffer;
}

const pad = (length: number) => Buffer.alloc((4 - (length % 4)) % 4);

function member({ path, mode, data = Buffer.alloc(0) }: CpioEntry, inode: number): Buffer {
  // ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
  const numbers = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, Buffer.byteLength(path) + 1, 0];
  const header = `070701${numbers.map((n) => n.toString(16).padStart(8, '0')).join('')}${path}\0`;
  return Buffer.concat([Buffer.from(header), pad(Buffer.byteLength(header)), data, pad(data.length)]);
}

/** Folders must stand before what they hold, as the kernel unpacks in order. */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  return Buffer.concat([...entries, { path: 'TRAILER!!!', mode: 0 }].map((entry, i) => member(entry, i + 1)));
}
