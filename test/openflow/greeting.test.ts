import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import test, { type ExecutionContext } from 'ava';
import { OpenFlow } from '../../src/openflow/index.js';
import { temporaryDirectory } from '../support/ovsdb-server.js';

/** Connects, and does not get to run again until the switch has said this and closed. */
async function connectLate(t: ExecutionContext, hello: string): Promise<OpenFlow> {
  const path = join(await temporaryDirectory(t), 'fake.sock');
  const closed = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { path, hello: Buffer.from(hello, 'hex'), closed };
  const worker = new Worker(new URL('impatient.js', import.meta.url), { workerData });
  t.teardown(() => worker.terminate());
  await once(worker, 'message');
  const connecting = OpenFlow.connect(path);
  Atomics.wait(closed, 0, 0);
  return connecting;
}

test('a switch that did not wait for our hello is connected to again', async (t) => {
  const openflow = await connectLate(t, '0100000800000001');
  await t.notThrowsAsync(openflow.close());
});

test('a switch that did not wait for our hello, and does not speak our version, is asked for it again', async (t) => {
  await t.throwsAsync(connectLate(t, '040000100000000100010008000000f0'), { code: 'ERR_OPENFLOW_VERSION' });
});
