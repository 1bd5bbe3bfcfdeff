import { PerformanceObserver } from 'node:perf_hooks';
import { Client } from '../../src/ovsdb/index.js';
import { everything, PATIENT } from './selection.js';

/**
 * Our first dump, in a process of its own as a service would meet it: nothing is warm. Run with --expose-gc and the
 * remote as the argument; prints one JSON object (`FirstDump`).
 */

/** What one first dump took. */
export interface FirstDump {
  /** From the first connection attempt until the replica holds the database, indexes built. */
  seconds: number;
  rows: number;
  /** Growth of the resident set at that moment, in bytes. */
  resident: number;
  /** Growth of the live heap and of what it holds outside, after a collection, in bytes. */
  heap: number;
  /** Of `seconds`, in the garbage collector. */
  collecting: number;
}

function liveHeap(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function firstDump(remote: string): Promise<FirstDump> {
  const collections: { startTime: number; duration: number }[] = [];
  const observer = new PerformanceObserver((list) => collections.push(...list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  const heap = liveHeap();
  const resident = process.memoryUsage.rss();
  const start = performance.now();
  const client = await Client.connect(remote, PATIENT);
  const schema = await client.getSchema('Open_vSwitch');
  const selection = everything(schema.tables.keys());
  const replica = await client.monitor('Open_vSwitch', selection, { timeout: PATIENT.dumpTimeout });
  // An index is made when it is first asked.
  for (const [name, { index = [] }] of Object.entries(selection)) {
    const unique = schema.tables.get(name)?.indexes.flatMap((columns) => (columns.length === 1 ? columns : [])) ?? [];
    for (const each of [...unique, ...index]) replica.table(name).find(each, 'nobody');
  }
  const end = performance.now();
  const grown = process.memoryUsage.rss() - resident;
  const rows = replica.size;
  await new Promise((resolve) => setTimeout(resolve, 20));
  const during = collections.filter(({ startTime }) => startTime >= start && startTime < end);
  const result: FirstDump = {
    seconds: (end - start) / 1000,
    rows,
    resident: grown,
    heap: liveHeap() - heap,
    collecting: during.reduce((sum, { duration }) => sum + duration, 0) / 1000,
  };
  await client.close();
  return result;
}

const [remote = ''] = process.argv.slice(2);
console.log(JSON.stringify(await firstDump(remote)));
