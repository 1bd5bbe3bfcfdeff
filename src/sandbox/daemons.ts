import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Daemon } from './daemon.js';
import { call, transact } from './rpc.js';

/** Milliseconds between two looks for a socket that the daemon has yet to bind. */
const PROBE_INTERVAL = 10;

/** ovsdb-server(1) on the database in `runDirectory`, serving `db.sock`. */
export function ovsdbServer(runDirectory: string, env: NodeJS.ProcessEnv): Daemon {
  const socket = join(runDirectory, 'db.sock');
  return new Daemon({
    program: 'ovsdb-server',
    args: [
      join(runDirectory, 'conf.db'),
      `--remote=punix:${socket}`,
      // Managers that a test configures in the database, as on a real host.
      '--remote=db:Open_vSwitch,Open_vSwitch,manager_options',
      `--pidfile=${join(runDirectory, 'ovsdb-server.pid')}`,
      ...logOptions(runDirectory, 'ovsdb-server'),
    ],
    env,
    logFile: join(runDirectory, 'ovsdb-server.log'),
    ready: (signal) => untilAnswers(socket, signal),
  });
}

/** ovs-vswitchd(8) on the database of `ovsdbServer`; `dummy` lets it do without any privilege. */
export function ovsVswitchd(runDirectory: string, env: NodeJS.ProcessEnv, dummy: boolean): Daemon {
  const socket = join(runDirectory, 'db.sock');
  return new Daemon({
    program: 'ovs-vswitchd',
    args: [
      `unix:${socket}`,
      ...(dummy ? ['--enable-dummy=override', '--disable-system', '--disable-system-route'] : []),
      `--pidfile=${join(runDirectory, 'ovs-vswitchd.pid')}`,
      ...logOptions(runDirectory, 'ovs-vswitchd'),
    ],
    env,
    logFile: join(runDirectory, 'ovs-vswitchd.log'),
    ready: (signal) => untilConfigured(socket, signal),
  });
}

function logOptions(runDirectory: string, name: string): string[] {
  return [`--log-file=${join(runDirectory, `${name}.log`)}`, '--verbose=console:off', '--verbose=syslog:off'];
}

/** Resolves when ovsdb-server answers on its socket. */
async function untilAnswers(socket: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await call(socket, 'list_dbs', [], signal);
      return;
    } catch {
      await delay(PROBE_INTERVAL, undefined, { signal });
    }
  }
}

/**
 * Resolves when ovs-vswitchd has taken over the configuration as it stands now: `next_cfg` is raised, and `cur_cfg`
 * follows, as `ovs-vsctl` waits. A `wait` operation on the server does the waiting.
 */
async function untilConfigured(socket: string, signal: AbortSignal): Promise<void> {
  const select = { op: 'select', table: 'Open_vSwitch', where: [], columns: ['cur_cfg', 'next_cfg'] };
  const raise = { op: 'mutate', table: 'Open_vSwitch', where: [], mutations: [['next_cfg', '+=', 1]] };
  const [, raised] = await transact(socket, [raise, select], signal);
  const goal = configuration(raised).next_cfg;
  let { cur_cfg } = configuration(raised);
  while (cur_cfg < goal) {
    const changed = {
      op: 'wait',
      table: 'Open_vSwitch',
      where: [],
      columns: ['cur_cfg'],
      until: '!=',
      rows: [{ cur_cfg }],
    };
    const [, current] = await transact(socket, [changed, select], signal);
    cur_cfg = configuration(current).cur_cfg;
  }
}

interface Configuration {
  cur_cfg: number;
  next_cfg: number;
}

function configuration(selected: unknown): Configuration {
  const row = (selected as { rows: Configuration[] }).rows[0];
  if (!row) throw new Error('the database has no Open_vSwitch row');
  return row;
}
