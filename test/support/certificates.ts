import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { output } from './run.js';

/** The PEM files of one party. */
export interface Credentials {
  readonly privateKey: string;
  readonly certificate: string;
}

/** A certificate authority made by openssl(1), in a directory. */
export class Authority {
  private constructor(
    readonly directory: string,
    readonly name: string,
    readonly caCert: string,
    readonly key: string,
  ) {}

  static async create(directory: string, name: string): Promise<Authority> {
    const [key, certificate] = [join(directory, `${name}.key`), join(directory, `${name}.pem`)];
    await openssl(
      ...['req', '-x509', ...KEY, '-keyout', key, '-out', certificate, '-days', '2', '-subj', `/CN=${name}`],
      ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'],
    );
    return new Authority(directory, name, certificate, key);
  }

  /** Signs a certificate for a DNS name; `days` counts from now, and may be negative. */
  async issue(name: string, { days = 2 }: { days?: number } = {}): Promise<Credentials> {
    const path = (suffix: string) => join(this.directory, `${this.name}-${name}${days}.${suffix}`);
    const [privateKey, certificate, request, extensions] = ['key', 'pem', 'csr', 'ext'].map(path) as [
      string,
      string,
      string,
      string,
    ];
    await openssl('req', '-new', ...KEY, '-keyout', privateKey, '-out', request, '-subj', `/CN=${name}`);
    await writeFile(extensions, `subjectAltName=DNS:${name}\n`);
    await openssl(
      ...['x509', '-req', '-in', request, '-CA', this.caCert, '-CAkey', this.key, '-set_serial', '1'],
      ...['-days', String(days), '-extfile', extensions, '-out', certificate],
    );
    return { privateKey, certificate };
  }
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

async function openssl(...args: string[]): Promise<void> {
  await output('openssl', args);
}
