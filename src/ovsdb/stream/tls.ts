import { randomUUID, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, rm, writeFile } from 'node:fs/promises';
import {
  type ConnectionOptions,
  connect,
  createSecureContext,
  type DetailedPeerCertificate,
  type TLSSocket,
} from 'node:tls';
import { messageOf, reasonOf } from '../../base/errors.js';
import { TlsError } from '../errors.js';

/** How an `ssl:` or `pssl:` remote is spoken to; the options of the stock tools under their own names. */
export interface TlsOptions {
  /** PEM file with our private key (`--private-key`, `-p`). */
  readonly privateKey?: string | undefined;
  /** PEM file with our certificate (`--certificate`, `-c`). */
  readonly certificate?: string | undefined;
  /** PEM file with the certificates that the peer's must be signed by (`--ca-cert`, `-C`). */
  readonly caCert?: string | undefined;
  /**
   * Like `caCert`, but where the file is missing, the CA that the first peer shows is trusted and saved there
   * (`--bootstrap-ca-cert`). An existing file is never written. The first connection is open to a man in the middle.
   */
  readonly bootstrapCaCert?: string | undefined;
  /**
   * The name that the peer's certificate must carry, sent as SNI. Open vSwitch's own certificates (ovs-pki(8)) carry
   * no host name, so none is checked unless this says so.
   */
  readonly serverName?: string | undefined;
}

/** @throws {TlsError} naming the file that can't be read. */
function readPem(file: string, what: string): Buffer {
  // Not quoted: it may be the key itself.
  if (typeof file !== 'string' || file.includes('\n')) {
    throw new TlsError('ERR_OVSDB_TLS_FILE', `${what}: give the path of a PEM file, not its content`);
  }
  try {
    return readFileSync(file);
  } catch (error) {
    throw new TlsError('ERR_OVSDB_TLS_FILE', `${what} ${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

/** The parts that a client and a listener share. @throws {TlsError} naming the files that are of no use. */
export function secureContext({ privateKey, certificate }: TlsOptions) {
  const settings = {
    minVersion: 'TLSv1.2',
    ...(privateKey === undefined ? {} : { key: readPem(privateKey, 'private key') }),
    ...(certificate === undefined ? {} : { cert: readPem(certificate, 'certificate') }),
  } as const;
  try {
    createSecureContext(settings);
  } catch (error) {
    const files = `private key ${privateKey} and certificate ${certificate}`;
    throw new TlsError('ERR_OVSDB_TLS_FILE', `${files} cannot be used: ${messageOf(error)}`, { cause: error });
  }
  return settings;
}

/** The CA's certificates; `undefined` when there are none yet, and the peer's are to be taken. */
export function authorities(options: TlsOptions): Buffer | undefined {
  if (options.caCert !== undefined) return readPem(options.caCert, 'CA certificate');
  if (options.bootstrapCaCert === undefined) {
    throw new TlsError(
      'ERR_OVSDB_TLS_NO_CA',
      'an ssl: remote needs the CA certificate that its own is signed by: caCert, or bootstrapCaCert',
    );
  }
  try {
    return readFileSync(options.bootstrapCaCert);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new TlsError(
      'ERR_OVSDB_TLS_FILE',
      `CA certificate ${options.bootstrapCaCert} cannot be read: ${messageOf(error)}`,
    );
  }
}

/** Starts a TLS connection; a connection that only fetches the CA when there is none yet. */
export function connectTls(host: string, port: number, options: TlsOptions): TLSSocket {
  const ca = authorities(options);
  const { serverName } = options;
  const settings: ConnectionOptions = {
    host,
    port,
    ...secureContext(options),
    ...(ca === undefined ? { rejectUnauthorized: false } : { ca, rejectUnauthorized: true }),
    ...(serverName === undefined ? { checkServerIdentity: () => undefined } : { servername: serverName }),
  };
  return connect(settings);
}

/** Whether the CA is still to be taken from the peer. */
export function needsBootstrap(options: TlsOptions): boolean {
  return authorities(options) === undefined;
}

/**
 * Saves the CA at the end of the peer's chain. The file is made anew or not at all: one that somebody else made in the
 * meantime wins.
 *
 * @throws {TlsError} when the peer shows no CA that signed itself.
 */
export async function bootstrap(socket: TLSSocket, file: string): Promise<void> {
  const last = lastOfChain(socket.getPeerCertificate(true));
  const certificate = last && new X509Certificate(last.raw);
  if (!certificate?.ca || !certificate.verify(certificate.publicKey)) {
    throw new TlsError(
      'ERR_OVSDB_TLS_BOOTSTRAP',
      `no CA certificate to save in ${file}: the peer's chain does not end in one that signed itself`,
    );
  }
  // Written apart and then linked: whoever reads the file finds all of it, and `link` never replaces one.
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, certificate.toString(), { flag: 'wx', mode: 0o644 });
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new TlsError('ERR_OVSDB_TLS_FILE', `CA certificate ${file} cannot be written: ${messageOf(error)}`);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

function lastOfChain(certificate: DetailedPeerCertificate): DetailedPeerCertificate | undefined {
  if (!certificate.raw) return undefined;
  const { issuerCertificate } = certificate;
  return issuerCertificate && issuerCertificate !== certificate ? lastOfChain(issuerCertificate) : certificate;
}

const codes: [RegExp, string, string][] = [
  [/^CERT_HAS_EXPIRED$/, 'ERR_OVSDB_TLS_EXPIRED', "the peer's certificate has expired"],
  [/^CERT_NOT_YET_VALID$/, 'ERR_OVSDB_TLS_EXPIRED', "the peer's certificate is not valid yet"],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'ERR_OVSDB_TLS_NAME', "the peer's certificate carries another name"],
  [
    /ALERT_(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED)$/,
    'ERR_OVSDB_TLS_CLIENT_CERTIFICATE',
    'the peer does not accept our certificate, or wants one and got none',
  ],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED|INVALID_CA)/,
    'ERR_OVSDB_TLS_UNTRUSTED',
    "the peer's certificate is not signed by our CA",
  ],
];

/** The error of ours that says what OpenSSL's means; `undefined` when TLS has nothing to do with it. */
export function tlsError(remote: string, error: unknown): TlsError | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const known = codes.find(([pattern]) => pattern.test(code));
  if (known) return new TlsError(known[1], `${remote}: ${known[2]} (${messageOf(error)})`, { cause: error });
  if (/^(ERR_SSL_|ERR_TLS_|EPROTO)/.test(code)) {
    return new TlsError('ERR_OVSDB_TLS', `${remote}: TLS failed: ${messageOf(error)}`, { cause: error });
  }
  return undefined;
}
