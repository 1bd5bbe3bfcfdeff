import { execFile } from 'node:child_process';
import { Client } from '../../src/ovsdb/index.js';
import { everything, PATIENT } from './selection.js';

/**
 * Our resync after a dropped connection, in a process of its own. The argument is the remote; OVS_RUNDIR leads
 * ovs-appctl to the server. Prints one JSON object (`Resync`).
 */

/** Seconds from the open stream until the replica is true again. */
export interface Resync {
  first: number;
  again: number[];
}

/** Times the way from an open stream to `ready`: the pause before the attempt is not what a resync costs. */
function timed(client: Client): Promise<number> {
  return new Promise((resolve) => {
    let start = Number.NaN;
    const off = client.onState(({ state }) => {
      if (state === 'checking') start = performance.now();
      if (state !== 'ready') return;
      off();
      resolve((performance.now() - start) / 1000);
    });
  });
}

const [remote = ''] = process.argv.slice(2);
const start = performance.now();
// The pause before each attempt is in no number, and need not grow.
const client = await Client.connect(remote, { ...PATIENT, minBackoff: 50, maxBackoff: 50 });
const schema = await client.getSchema('Open_vSwitch');
const replica = await client.monitor('Open_vSwitch', everything(schema.tables.keys()), {
  timeout: PATIENT.dumpTimeout,
});
const result: Resync = { first: (performance.now() - start) / 1000, again: [] };
const { size } = replica;
for (let round = 0; round < 5; round++) {
  const resynced = timed(client);
  execFile('ovs-appctl', ['-t', 'ovsdb-server', 'ovsdb-server/reconnect']);
  result.again.push(await resynced);
  if (replica.size !== size) throw new Error(`the replica has ${replica.size} rows after a resync, and had ${size}`);
}
console.log(JSON.stringify(result));
await client.close();
