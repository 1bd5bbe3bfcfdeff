import { execFileSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { findProgram } from '../../src/sandbox/programs.js';
import { writeDatabase } from './population.js';

/** Milliseconds that ovsdb-server gets to read its file. */
const START_TIMEOUT = 120_000;

/**
 * A private ovsdb-server on a populated database, without ovs-vswitchd.
 *
 * @param clustered a cluster of one server, which remembers transactions for fast resync; a standalone one does not.
 */
export async function startServer(ports: number, clustered = false): Promise<Sandbox> {
  const sandbox = await startSandbox({ vswitchd: false, network: 'current', datapath: 'dummy' });
  try {
    const file = join(sandbox.runDirectory, 'conf.db');
    await sandbox.ovsdbServer.kill();
    for (const left of ['db.sock', 'ovsdb-server.pid']) rmSync(join(sandbox.runDirectory, left), { force: true });
    rmSync(file);
    writeDatabase(file, ports);
    if (clustered) {
      const standalone = `${file}.standalone`;
      renameSync(file, standalone);
      const address = `unix:${join(sandbox.runDirectory, 'raft.sock')}`;
      execFileSync(findProgram('ovsdb-tool'), ['create-cluster', file, standalone, address]);
    }
    await sandbox.ovsdbServer.start(AbortSignal.timeout(START_TIMEOUT));
    return sandbox;
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}
