import { execFileSync } from 'node:child_process';
import type { ExecutionContext } from 'ava';
import { Client } from '../../src/ovsdb/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { Ovs } from '../../src/vswitch/index.js';

/** A real ovsdb-server with an initialized Open_vSwitch database, no ovs-vswitchd, for one test. */
async function startDatabase(t: ExecutionContext): Promise<Sandbox> {
  const sandbox = await startSandbox({ vswitchd: false, network: 'current', datapath: 'dummy' });
  t.teardown(() => sandbox.stop());
  return sandbox;
}

/** A database server for one test, and a client of it. */
export async function withDatabase(t: ExecutionContext) {
  const sandbox = await startDatabase(t);
  const client = await Client.connect(sandbox.remote);
  t.teardown(() => client.close());
  return { client, server: sandbox.ovsdbServer, remote: sandbox.remote };
}

/** A database server for one test, a switch on it, and stock ovs-vsctl to compare with. */
export async function withSwitchDatabase(t: ExecutionContext, options: { initialize?: boolean } = {}) {
  const sandbox = await startDatabase(t);
  const vsctl = (...args: string[]) =>
    execFileSync('ovs-vsctl', ['--no-wait', ...args], {
      env: { ...process.env, ...sandbox.env },
      encoding: 'utf8',
    }).trim();
  if (options.initialize === false) vsctl('--all', 'destroy', 'Open_vSwitch');
  const ovs = await Ovs.connect(sandbox.remote);
  t.teardown(() => ovs.close());
  return { ovs, vsctl, remote: sandbox.remote, server: sandbox.ovsdbServer };
}
