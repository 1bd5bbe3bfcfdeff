import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import type { Vlog } from '../log/vlog.js';
import { errnoOf, strerror } from '../strerror.js';

/** The options of lib/stream-ssl.h. */
export interface SslOptions {
  privateKey: string | undefined;
  certificate: string | undefined;
  caCert: string | undefined;
  bootstrapCaCert: string | undefined;
}

export function defaultSslOptions(): SslOptions {
  return { privateKey: undefined, certificate: undefined, caCert: undefined, bootstrapCaCert: undefined };
}

/** The long options, in the order of ovsdb-client(1). */
export const sslOptions = [
  { name: 'bootstrap-ca-cert', argument: 'required' },
  { name: 'private-key', short: 'p', argument: 'required' },
  { name: 'certificate', short: 'c', argument: 'required' },
  { name: 'ca-cert', short: 'C', argument: 'required' },
  { name: 'ssl-protocols', argument: 'required' },
  { name: 'ssl-ciphers', argument: 'required' },
] as const;

const members: Readonly<Record<string, keyof SslOptions>> = {
  'private-key': 'privateKey',
  certificate: 'certificate',
  'ca-cert': 'caCert',
  'bootstrap-ca-cert': 'bootstrapCaCert',
};

/** @returns false when the option is not about SSL. */
export function applySslOption(options: SslOptions, name: string, value: string, log: Vlog): boolean {
  const member = members[name];
  if (member) {
    options[member] = value;
    complain(member, value, log);
  }
  // Node chooses protocols and ciphers: TLS 1.2 and later.
  return member !== undefined || name === 'ssl-protocols' || name === 'ssl-ciphers';
}

/** How OpenSSL, or its caller, names the reading of each file. */
const readings: Readonly<Record<keyof SslOptions, (file: string) => string>> = {
  privateKey: () => 'SSL_use_PrivateKey_file',
  certificate: () => 'SSL_use_certificate_file',
  caCert: (file) => `failed to load client certificates from ${file}`,
  bootstrapCaCert: (file) => `failed to load client certificates from ${file}`,
};

/** Files are looked at when they are named; what is wrong is logged, and ends nothing yet. */
function complain(member: keyof SslOptions, file: string, log: Vlog): void {
  if (member === 'caCert' && file === 'none') {
    log.log('stream_ssl', 'WARN', 'Peer certificate validation disabled (this is a security risk)');
    return;
  }
  try {
    closeSync(openSync(file, 'r'));
  } catch (error) {
    const name = errnoOf(error) ?? 'EIO';
    if (member === 'bootstrapCaCert' && name === 'ENOENT') return;
    const number = constants.errno[name as keyof typeof constants.errno] ?? 0;
    const code = (0x80000000 + number).toString(16);
    log.log('stream_ssl', 'ERR', `${readings[member](file)}: error:${code}:system library::${strerror(name)}`);
  }
}
