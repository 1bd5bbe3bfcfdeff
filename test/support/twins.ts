import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import {
  type Command,
  type ExecuteOptions,
  execute,
  explain,
  type Plan,
  type PlanResult,
} from '../../src/plan/index.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { output } from './run.js';
import { parseDatabase, parseNetwork, stateScript } from './twin-state.js';

/** One of two switches, each in a network namespace of its own. */
export interface Twin {
  readonly remote: string;
  /** The words before a command that make it run there; none in ours. */
  readonly enter: readonly string[];
  /** Runs a stock tool there; it must succeed. What it printed, without the final line break. */
  run(...argv: string[]): Promise<string>;
  /** Links, addresses, routes, bridge settings, offloads and the database, as stock tools tell them. */
  state(options?: StateOptions): Promise<unknown>;
  /** The database alone. */
  database(): Promise<unknown>;
}

export interface StateOptions {
  /** MAC addresses that the kernel made up count too, as within one namespace they do. */
  readonly exact?: boolean;
  /** The devices whose offloads and speed are told, as patterns of the shell; it takes a while. Default: all. */
  readonly offloads?: string;
}

/**
 * Two switches in two network namespaces: on one of them plans are executed, on the other their explanations are run by
 * stock tools.
 */
export interface Twins extends AsyncDisposable {
  /** That of this process: a plan is executed here. */
  readonly ours: Twin;
  readonly other: Twin;
  /** The switch of `ours`. */
  readonly ovs: Ovs;
  /** Runs commands in both, each a line of words. */
  prepare(...lines: string[]): Promise<void>;
  /** Runs commands in ours alone. */
  prepareOurs(...lines: string[]): Promise<void>;
  /** Executes a plan on one, and runs what explains it on the other. */
  run(plan: Plan, options?: ExecuteOptions): Promise<PlanResult>;
  /** Asserts that both are in the same state. */
  same(t: ExecutionContext, message?: string): Promise<void>;
}

/** @param options `vswitchd`: whether ovs-vswitchd runs too. Without it `ovs-vsctl` gets `--no-wait`. Default: false. */
export async function startTwins(options: { vswitchd?: boolean } = {}): Promise<Twins> {
  const { vswitchd = false } = options;
  const sandbox = await startSandbox({ vswitchd });
  const script = fileURLToPath(new URL('./twin-process.js', import.meta.url));
  const child = spawn(process.execPath, [script, vswitchd ? 'vswitchd' : 'none'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { pid, remote, env } = JSON.parse(line) as { pid: number; remote: string; env: Record<string, string> };
  const enter = ['nsenter', `--net=/proc/${pid}/ns/net`, `--mount=/proc/${pid}/ns/mnt`];
  const ours = twin(sandbox.remote, sandbox.env, [], vswitchd);
  const other = twin(remote, env, enter, vswitchd);
  const ovs = await Ovs.connect(sandbox.remote);
  return {
    ours,
    other,
    ovs,
    async prepare(...lines) {
      await Promise.all([ours, other].map((each) => runAll(each, lines)));
      await ovs.sync();
    },
    async prepareOurs(...lines) {
      await runAll(ours, lines);
      await ovs.sync();
    },
    async run(plan, executeOptions) {
      const result = await execute(plan, ovs, executeOptions);
      for (const command of explain(plan)) await other.run(...(command as Command as string[]));
      return result;
    },
    async same(t, message) {
      const [a, b] = await Promise.all([ours.state(), other.state()]);
      t.deepEqual(a, b, message);
    },
    async [Symbol.asyncDispose]() {
      await ovs.close();
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
      await sandbox.stop();
    },
  };
}

function twin(
  remote: string,
  variables: Readonly<Record<string, string>>,
  enter: readonly string[],
  vswitchd: boolean,
): Twin {
  const env = { ...process.env, ...variables, LD_PRELOAD: undefined };
  const run = (...argv: string[]) => {
    const [tool = '', ...args] = argv;
    const words = tool === 'ovs-vsctl' && !vswitchd ? [tool, '--no-wait', ...args] : argv;
    const [command = '', ...rest] = [...enter, ...words];
    return output(command, rest, { env });
  };
  const database = async () => {
    const schema = JSON.parse(await run('ovsdb-client', 'get-schema', remote, 'Open_vSwitch'));
    return parseDatabase(await run('ovsdb-client', '--format=json', 'dump', remote, 'Open_vSwitch'), schema);
  };
  return {
    remote,
    enter,
    run,
    database,
    async state({ exact = false, offloads = '*' } = {}) {
      const [network, rows] = await Promise.all([run('sh', '-c', stateScript(offloads)), database()]);
      return { network: parseNetwork(network, exact), database: rows };
    },
  };
}

async function runAll(where: Twin, lines: readonly string[]): Promise<void> {
  for (const line of lines) await where.run(...line.split(' '));
}
