/** What strerror(3) of the GNU C library says; Node's own texts differ. */
const texts: Readonly<Record<string, string>> = {
  EOF: 'End of file',
  EACCES: 'Permission denied',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EAFNOSUPPORT: 'Address family not supported by protocol',
  EAGAIN: 'Resource temporarily unavailable',
  ECONNABORTED: 'Software caused connection abort',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EHOSTUNREACH: 'No route to host',
  EINVAL: 'Invalid argument',
  EIO: 'Input/output error',
  EISDIR: 'Is a directory',
  EMFILE: 'Too many open files',
  ENAMETOOLONG: 'File name too long',
  ENETUNREACH: 'Network is unreachable',
  ENOENT: 'No such file or directory',
  ENOPROTOOPT: 'Protocol not available',
  ENOTDIR: 'Not a directory',
  EPERM: 'Operation not permitted',
  EPIPE: 'Broken pipe',
  EPROTO: 'Protocol error',
  EPROTOTYPE: 'Protocol wrong type for socket',
  EROFS: 'Read-only file system',
  ETIMEDOUT: 'Connection timed out',
};

/** The text of an error by its name, such as `ENOENT`. */
export function strerror(name: string): string {
  return texts[name] ?? name;
}

/** The errno name that an error or one of its causes carries. */
export function errnoOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (code !== undefined && /^E[A-Z]+$/.test(code)) return code;
  }
  return undefined;
}
