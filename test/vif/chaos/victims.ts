/** Processes that are killed at random and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Daemon, Sandbox } from '../../../src/sandbox/index.js';

export interface Victim {
  readonly name: string;
  /** Milliseconds between a start and the next kill: from, to. */
  readonly life: readonly [number, number];
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Milliseconds for a daemon to serve again, while what it needs is killed under it. */
const RESTART_TIMEOUT = 30_000;

export function daemonVictim(name: string, daemon: Daemon, life: Victim['life']): Victim {
  const start = async () => {
    const deadline = AbortSignal.timeout(RESTART_TIMEOUT);
    for (;;) {
      try {
        await daemon.start(deadline);
        return;
      } catch (error) {
        // ovs-vswitchd is told to be ready by ovsdb-server, which may be dead at this moment.
        if (deadline.aborted) throw error;
        await delay(10);
      }
    }
  };
  return { name, life, kill: () => daemon.kill(), start };
}

const WORKER = fileURLToPath(new URL('worker.js', import.meta.url));

/** The plugging process. */
export class Worker implements Victim {
  readonly name = 'plugging process';
  readonly life;
  readonly #sandbox: Sandbox;
  readonly #ledger: string;
  readonly #onKilled: () => Promise<void>;
  #child: ChildProcess | undefined;
  #stderr = '';
  /** Why it ended by itself, which it never should. */
  fault: string | undefined;

  /** @param onKilled is called while it is dead. */
  constructor(sandbox: Sandbox, ledger: string, life: Victim['life'], onKilled: () => Promise<void>) {
    this.#sandbox = sandbox;
    this.#ledger = ledger;
    this.life = life;
    this.#onKilled = onKilled;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [WORKER, this.#sandbox.remote, this.#ledger], {
      env: this.#sandbox.childEnv,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    child.once('exit', (code, signal) => {
      if (signal !== 'SIGKILL') this.fault = `it ended by itself (${signal ?? code}): ${this.#stderr}`;
    });
    this.#child = child;
    await once(child, 'spawn');
  }

  async kill(): Promise<void> {
    const child = this.#child as ChildProcess;
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await ended;
    await this.#onKilled();
  }
}

/** Kills and restarts each, again and again, until the time is up; then all run. @returns how often each was killed. */
export async function torment(victims: readonly Victim[], duration: number): Promise<number[]> {
  const end = performance.now() + duration;
  // When one can't go on, the others must not either: the test is over.
  const failure = new AbortController();
  const one = async (victim: Victim): Promise<number> => {
    const [least, most] = victim.life;
    for (let kills = 0; ; kills++) {
      const life = least + Math.random() * (most - least);
      await delay(Math.max(0, Math.min(life, end - performance.now())));
      if (performance.now() >= end || failure.signal.aborted) return kills;
      await victim.kill();
      await victim.start();
    }
  };
  const ends = await Promise.allSettled(
    victims.map((victim) =>
      one(victim).catch((error) => {
        failure.abort();
        throw error;
      }),
    ),
  );
  return ends.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
