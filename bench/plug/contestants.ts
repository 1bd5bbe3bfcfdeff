/** Those who plug: each makes a tap and a port and is done when ovs-vswitchd has given the port its ofport. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Sandbox } from '../../src/sandbox/index.js';
import { type PluggedVif, Plugger, type PlugRequest, parsePlugRequest, type VifRequest } from '../../src/vif/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { PythonRival } from '../rivals/python.js';

export const BRIDGE = 'br-int';

/** What plugging or unplugging a number of VIFs took. */
export interface Run {
  seconds: number;
  /** Microseconds of each; empty where they can't be told apart. */
  latencies: number[];
  /** Seconds of processor of the contestant and its children, without the switch's. */
  cpu: number;
}

export interface Order {
  op: 'plug' | 'unplug';
  first: number;
  count: number;
  /** How many of them are under way at once. */
  callers: number;
}

export interface Plugs extends AsyncDisposable {
  readonly name: string;
  run(order: Order): Promise<Run>;
}

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

/** A request as a client writes it; each number has a device of its own. */
export function requestInput(number: number): PlugRequest {
  return {
    vif: {
      id: `${hex(number, 8)}-0000-4000-8000-${hex(number, 12)}`,
      address: `fa:16:3e:${hex((number >> 16) & 255, 2)}:${hex((number >> 8) & 255, 2)}:${hex(number & 255, 2)}`,
      type: 'ovs',
      devname: `o${number}`,
      network: { id: '8d116ece-1738-47d9-bd9c-172411e20b8f', bridge: BRIDGE, label: 'private' },
    },
    instance: { uuid: '6513270e-269e-4d37-b2a7-4de452e6b438', name: 'instance-1' },
  };
}

export function checkOpen({ name, ofport }: PluggedVif): void {
  if (!(ofport !== undefined && ofport > 0)) throw new Error(`${name} has ofport ${ofport}`);
}

/** The library, on one connection. */
export interface Ovskit extends AsyncDisposable {
  /** Each call of `Plugger.plug` and `unplug` on its own, as independent callers of a service make them. */
  readonly single: Plugs;
  /** `Plugger.plugMany` and `unplugMany`: all in one call, however many callers are asked for. */
  readonly many: Plugs;
}

/** On a busy machine a thousand at once may take minutes. */
const TIMEOUT = { timeout: 600_000 };

type Request = PlugRequest | VifRequest;

/** @param read makes a request of what a client writes; by default it is checked before the clock starts */
export async function ovskit(
  sandbox: Sandbox,
  read: (input: PlugRequest) => Request = (input) => parsePlugRequest(input),
): Promise<Ovskit> {
  const ovs = await Ovs.connect(sandbox.remote);
  const plugger = new Plugger(ovs);
  const contestant = (
    name: string,
    work: (requests: readonly Request[], order: Order) => Promise<number[]>,
  ): Plugs => ({
    name,
    async run(order) {
      const requests = Array.from({ length: order.count }, (_, i) => read(requestInput(order.first + i)));
      const before = process.cpuUsage();
      const start = performance.now();
      const latencies = await work(requests, order);
      const seconds = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(before);
      return { seconds, latencies, cpu: (user + system) / 1e6 };
    },
    async [Symbol.asyncDispose]() {},
  });
  return {
    single: contestant('ovskit', async (requests, { op, callers }) => {
      const latencies: number[] = [];
      let next = 0;
      const caller = async () => {
        for (let mine = requests[next++]; mine; mine = requests[next++]) {
          const start = performance.now();
          if (op === 'unplug') await plugger.unplug(mine, TIMEOUT);
          else checkOpen(await plugger.plug(mine, TIMEOUT));
          latencies.push((performance.now() - start) * 1000);
        }
      };
      await Promise.all(Array.from({ length: callers }, caller));
      return latencies;
    }),
    many: contestant('ovskit, in one call', async (requests, { op }) => {
      if (op === 'plug') for (const plugged of fulfilled(await plugger.plugMany(requests, TIMEOUT))) checkOpen(plugged);
      else fulfilled(await plugger.unplugMany(requests, TIMEOUT));
      return [];
    }),
    async [Symbol.asyncDispose]() {
      await plugger.close();
      await ovs.close();
    },
  };
}

function fulfilled<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** A loop of the shell around ip and ovs-vsctl, which waits for ovs-vswitchd. Callers are loops side by side. */
const LOOP = `set -e
while [ $# -gt 0 ]; do
  case $OP in
  plug)
    ip tuntap add dev s$1 mode tap; ip link set dev s$1 up
    ovs-vsctl add-port "$BRIDGE" s$1 -- set Interface s$1 external_ids:iface-id=id$1 \\
      external_ids:iface-status=active external_ids:attached-mac=fa:16:3e:00:00:01 external_ids:vm-uuid=vm ;;
  unplug) ovs-vsctl del-port "$BRIDGE" s$1; ip link delete dev s$1 ;;
  esac
  shift
done
times`;

export async function ovsVsctl(sandbox: Sandbox): Promise<Plugs> {
  return {
    name: 'ovs-vsctl loop',
    async run({ op, first, count, callers }) {
      const env = { ...process.env, ...sandbox.env, OP: op, BRIDGE };
      const start = performance.now();
      const loops = Array.from({ length: Math.min(callers, count) }, async (_, loop) => {
        const mine = Array.from({ length: count }, (_, i) => i).filter((i) => i % callers === loop);
        const child = spawn('sh', ['-c', LOOP, 'sh', ...mine.map((i) => String(first + i))], {
          env,
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const [times, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
        if (status !== 0) throw new Error(`the loop of ovs-vsctl ended with ${status}`);
        return secondsOf(times);
      });
      const cpu = (await Promise.all(loops)).reduce((sum, spent) => sum + spent, 0);
      return { seconds: (performance.now() - start) / 1000, latencies: [], cpu };
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** What `times` of sh(1) tells of the shell and its children, such as `0m0.010s 0m0.020s` twice, in seconds. */
function secondsOf(times: string): number {
  return [...times.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
}

/** os-vif or ovsdbapp, in a process that stays. */
export async function python(
  name: string,
  kind: 'os-vif-native' | 'os-vif-vsctl' | 'ovsdbapp',
  sandbox: Sandbox,
): Promise<Plugs> {
  const rival = await PythonRival.start('plug.py', [kind, sandbox.remote, BRIDGE], { ...process.env, ...sandbox.env });
  return {
    name,
    run: (order) => rival.ask<Run>(order),
    [Symbol.asyncDispose]: () => rival[Symbol.asyncDispose](),
  };
}
