import { vlogOptions } from '../log/vlog.js';
import type { LongOption } from '../options/getopt.js';
import { sslOptions } from '../options/ssl.js';
import { tableOptions } from '../table/style.js';

/** The version of Open vSwitch whose ovs-vsctl this is equal to, and of its schema. */
export const STOCK_VERSION = '3.1.0';
export const SCHEMA_VERSION = '8.3.1';

/** In the order of ovs-vsctl.c. */
export const globalOptions: readonly LongOption[] = [
  { name: 'db', argument: 'required' },
  { name: 'no-syslog' },
  { name: 'no-wait' },
  { name: 'dry-run' },
  { name: 'oneline' },
  { name: 'timeout', short: 't', argument: 'required' },
  { name: 'retry' },
  { name: 'help', short: 'h' },
  { name: 'commands' },
  { name: 'options' },
  { name: 'leader-only' },
  { name: 'no-leader-only' },
  { name: 'shuffle-remotes' },
  { name: 'no-shuffle-remotes' },
  { name: 'version', short: 'V' },
  ...vlogOptions,
  ...tableOptions,
  ...sslOptions.filter(({ name }) => name !== 'bootstrap-ca-cert'),
  { name: 'bootstrap-ca-cert', argument: 'required' },
  { name: 'peer-ca-cert', argument: 'required' },
  { name: 'explain', extra: true },
  { name: 'batch', argument: 'optional', extra: true },
  { name: 'atomic', extra: true },
];
