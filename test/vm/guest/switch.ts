import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './support.js';

/** ovsdb-server and ovs-vswitchd as Debian ships them, with the kernel's datapath, in a run directory of their own. */
export interface Switch {
  /** `unix:PATH` of the database. */
  remote: string;
  vsctl(...args: string[]): Promise<string>;
  /** A command to ovs-vswitchd. */
  appctl(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

export async function startSwitch(): Promise<Switch> {
  const dir = mkdtempSync(join(tmpdir(), 'ovskit-switch.'));
  const file = (name: string) => join(dir, name);
  const remote = `unix:${file('db.sock')}`;
  // Each daemon returns when it is ready, as --detach waits for that.
  const daemon = (name: string, ...args: string[]) =>
    run(
      name,
      '--detach',
      '--no-chdir',
      `--pidfile=${file(`${name}.pid`)}`,
      `--unixctl=${file(`${name}.ctl`)}`,
      `--log-file=${file(`${name}.log`)}`,
      '-vconsole:off',
      ...args,
    );
  const vsctl = (...args: string[]) => run('ovs-vsctl', `--db=${remote}`, '--timeout=100', ...args);
  await run('ovsdb-tool', 'create', file('conf.db'), '/usr/share/openvswitch/vswitch.ovsschema');
  await daemon('ovsdb-server', `--remote=p${remote}`, file('conf.db'));
  await vsctl('--no-wait', 'init');
  await daemon('ovs-vswitchd', remote);
  return {
    remote,
    vsctl,
    appctl: (...args) => run('ovs-appctl', '-t', file('ovs-vswitchd.ctl'), ...args),
    async stop() {
      await run('ovs-appctl', '-t', file('ovs-vswitchd.ctl'), 'exit', '--cleanup');
      process.kill(Number(readFileSync(file('ovsdb-server.pid'), 'utf8')));
      rmSync(dir, { recursive: true });
    },
  };
}
