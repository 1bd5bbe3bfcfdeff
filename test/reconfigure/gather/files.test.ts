import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { gatherFiles } from '../../../src/reconfigure/gather/index.js';
import { temporaryDirectory } from '../../support/ovsdb-server.js';

test('a file that others write and remove all the time is there or not, at each look', async (t) => {
  const root = await temporaryDirectory(t);
  const directory = join(root, 'etc/sysconfig/network-scripts');
  mkdirSync(directory, { recursive: true });
  const program = `
    const { linkSync, unlinkSync, writeFileSync } = require('node:fs');
    const { parentPort, workerData } = require('node:worker_threads');
    const kept = workerData + '.kept';
    writeFileSync(kept, 'DEVICE=eth0');
    for (let i = 0; ; i++) {
      linkSync(kept, workerData);
      unlinkSync(workerData);
      if (i === 0) parentPort.postMessage('ready');
    }`;
  const worker = new Worker(program, { eval: true, workerData: join(directory, 'ifcfg-eth0') });
  t.teardown(() => worker.terminate());
  await once(worker, 'message');
  const seen = new Set<string | undefined>();
  for (let look = 0; look < 5000 || seen.size < 2; look++)
    seen.add(gatherFiles(['eth0'], root).files.get('ifcfg-eth0'));
  t.deepEqual([...seen].sort(), ['DEVICE=eth0', undefined]);
});
