import type { CallOptions } from '../base/deadline.js';
import {
  anything,
  boolean,
  callKinds,
  count,
  type Kinds,
  milliseconds,
  optionsCheck,
  record,
  text,
  texts,
} from '../base/options.js';
import type { Limits } from '../jsonrpc/index.js';
import type { SyncOptions } from './client-sync.js';
import type { TlsOptions } from './stream/tls.js';

/** What `Client.connect` accepts. */
export interface ClientOptions extends SyncOptions, CallOptions {}

/** Of a client, for those that are built on it. */
export const clientKinds: Kinds<ClientOptions> = {
  ...callKinds,
  connectTimeout: milliseconds,
  dumpTimeout: milliseconds,
  minBackoff: milliseconds,
  maxBackoff: milliseconds,
  shuffle: boolean,
  probeInterval: milliseconds,
  retry: boolean,
  reconnect: boolean,
  tls: record,
  limits: record,
  leaderOnly: boolean,
  databases: texts,
};
const checkClient = optionsCheck<ClientOptions>(clientKinds);
/** What is no path is told of where it is read: it may be the key itself, which no message may show. */
const checkTls = optionsCheck<TlsOptions>({
  privateKey: anything,
  certificate: anything,
  caCert: anything,
  bootstrapCaCert: anything,
  serverName: text,
});
const checkLimits = optionsCheck<Partial<Limits>>({
  messageBytes: count,
  depth: count,
  unsent: count,
  owedReplies: count,
});

/** @throws {InvalidArgumentError} naming the option */
export function checkClientOptions(options: ClientOptions): void {
  checkClient('connect', options);
  if (options.tls) checkTls('connect: tls', options.tls);
  if (options.limits) checkLimits('connect: limits', options.limits);
}
