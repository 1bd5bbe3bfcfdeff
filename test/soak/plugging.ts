/**
 * Plugs and unplugs at full rate on a real switch with real taps, and looks at its own memory, descriptors, timers and
 * listeners whenever nothing is under way. Takes root.
 *
 *     node --expose-gc --no-opt --no-sparkplug --no-maglev dist/test/soak/plugging.js [SECONDS]
 *
 * Without V8's compilers: the code that they make and give up for hours is on the heap too, hundreds of bytes a plug at first, and
 * would hide what leaks. ovs-vswitchd sets the rate in either case. An hour without an argument. Ends with status 1 when something leaks,
 * and with 3 when there were too few plugs to tell.
 */
import { getEventListeners } from 'node:events';
import { readdirSync } from 'node:fs';
import { startSandbox } from '../../src/sandbox/index.js';
import { Plugger } from '../../src/vif/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { request } from '../vif/request.js';
import { describeVerdict, judge, type Sample } from './verdict.js';

const CALLERS = 64;
/** Samples of a run, at most. */
const SAMPLES = 120;

const seconds = Number(process.argv[2] ?? 3600);
const { gc } = globalThis;
if (!gc || !(seconds > 0)) {
  process.stderr.write('usage: node --expose-gc plugging.js [SECONDS]\n');
  process.exit(2);
}
const collect = gc;

await using sandbox = await startSandbox({ network: 'private', datapath: 'netdev' });
await sandbox.addBridge('br-int');
await using ovs = await Ovs.connect(sandbox.remote);
await using plugger = new Plugger(ovs);
/** Every call is given it, as a service gives its own, which fires when it ends. */
const { signal } = new AbortController();
const start = performance.now();
const elapsed = () => (performance.now() - start) / 1000;
let plugs = 0;

/** All callers at full rate; when it returns, nothing is under way. */
async function plugUntil(end: number): Promise<void> {
  const caller = async (n: number) => {
    const vif = request(n);
    do {
      await plugger.plug(vif, { signal });
      await plugger.unplug(vif, { signal });
      plugs++;
    } while (elapsed() < end);
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, n) => caller(n)));
}

function take(): Sample {
  // What the first collection finalizes, the second frees.
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  const ofProcess = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return {
    seconds: elapsed(),
    plugs,
    heap: heapUsed + external,
    rss,
    descriptors: readdirSync('/proc/self/fd').length,
    resources: process.getActiveResourcesInfo().sort().join(' '),
    listeners: ofProcess + getEventListeners(signal, 'abort').length,
  };
}

const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(2).padStart(9);
const samples: Sample[] = [];
const interval = Math.max(1, seconds / SAMPLES);
process.stdout.write(`${CALLERS} callers for ${seconds} s\n  seconds     plugs  heap MiB   RSS MiB  fds\n`);
while (elapsed() < seconds) {
  await plugUntil(elapsed() + interval);
  const sample = take();
  samples.push(sample);
  const { heap, rss, descriptors } = sample;
  const columns = [sample.seconds.toFixed(0).padStart(9), String(plugs).padStart(9), ` ${mib(heap)}`, ` ${mib(rss)}`];
  process.stdout.write(`${columns.join('')} ${String(descriptors).padStart(4)}\n`);
}

const verdict = judge(samples);
process.stdout.write(`${verdict ? describeVerdict(verdict) : 'too few plugs to tell'}\n`);
if (!verdict) process.exitCode = 3;
else process.exitCode = verdict.leaks.length === 0 ? 0 : 1;
