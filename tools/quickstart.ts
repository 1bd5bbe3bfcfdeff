/**
 * The main job, end to end, on a private Open vSwitch: plug the VIFs of a sample request file, show them, unplug them.
 * `npm run quickstart` starts it after its set-up; the switch, its namespace and its files are gone when it ends.
 */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { formatTable } from '../src/cli/io.js';
import { endingSignals } from '../src/cli/signals.js';
import { connect, OvskitError } from '../src/index.js';
import { getDriver, getLink, listLinks } from '../src/netdev/index.js';
import { type Sandbox, startSandbox } from '../src/sandbox/index.js';
import { Plugger, parsePlugRequests, type VifRequest } from '../src/vif/index.js';

const sample = new URL('../../examples/vifs.json', import.meta.url);

/** Plugs one VIF and tells what came of it, as a row of the table. */
async function plugOne(plugger: Plugger, request: VifRequest, signal: AbortSignal): Promise<string[]> {
  const start = performance.now();
  const { name, ofport } = await plugger.plug(request, { signal });
  const elapsed = performance.now() - start;
  const carrier = getLink(name).carrier ? 'yes' : 'no';
  const { driver, ethtoolDriver } = getDriver(name);
  return [name, String(ofport), request.vif.address, driver ?? ethtoolDriver ?? '-', carrier, elapsed.toFixed(1)];
}

async function tour(sandbox: Sandbox, requests: VifRequest[], signal: AbortSignal): Promise<void> {
  await using ovs = await connect(sandbox.remote, { signal });
  await using plugger = new Plugger(ovs);
  const bridges = new Set(requests.flatMap((request) => request.vif.network.bridge ?? []));
  await ovs.transact(
    (tx) => {
      for (const bridge of bridges) tx.addBridge(bridge, { datapathType: 'netdev' });
    },
    { signal, waitForVswitchd: true },
  );
  const start = performance.now();
  const rows = await Promise.all(requests.map((request) => plugOne(plugger, request, signal)));
  const elapsed = performance.now() - start;
  console.log(formatTable([['NAME', 'OFPORT', 'MAC', 'DRIVER', 'CARRIER', 'MS'], ...rows]));
  console.log(`\n${rows.length} VIFs plugged in ${elapsed.toFixed(0)} ms. "ovs-vsctl show" says:\n`);
  console.log(execFileSync('ovs-vsctl', ['show'], { env: { ...process.env, ...sandbox.env }, encoding: 'utf8' }));
  await Promise.all(requests.map((request) => plugger.unplug(request, { signal })));
  const left = listLinks().filter((link) => rows.some(([name]) => name === link));
  if (left.length > 0) throw new Error(`still there after the unplug: ${left.join(', ')}`);
  console.log(`${rows.length} VIFs unplugged; nothing is left.`);
}

async function main(): Promise<number> {
  using ending = endingSignals();
  const { signal } = ending;
  try {
    const { values } = parseArgs({ options: { request: { type: 'string' } } });
    const requests = parsePlugRequests(JSON.parse(await readFile(values.request ?? sample, 'utf8')));
    await using sandbox = await startSandbox({ signal });
    await tour(sandbox, requests, signal);
    return 0;
  } catch (error) {
    if (signal.aborted) {
      console.error(`quickstart: ended by ${signal.reason}; nothing is left behind`);
      return ending.status;
    }
    const meant = error instanceof OvskitError || error instanceof SyntaxError || (error as { code?: string }).code;
    console.error(meant ? `quickstart: ${(error as Error).message}` : error);
    return 1;
  }
}

// Whoever read our output may have enough of it, which is no reason to leave anything behind.
process.stdout.on('error', () => {});
process.exitCode = await main();
