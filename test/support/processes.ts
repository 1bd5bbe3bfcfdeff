import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

function processIds(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function readProc<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // It ended meanwhile, or is a zombie.
  }
}

/** The living processes whose environment has `variable` ("NAME=value"). */
export function processesWith(variable: string): string[] {
  return processIds().filter((pid) =>
    readProc(() => readFileSync(`/proc/${pid}/environ`, 'utf8'))
      ?.split('\0')
      .includes(variable),
  );
}

/** The network namespace of a process, such as `net:[4026531840]`. */
export function networkOf(pid: number): string {
  return readlinkSync(`/proc/${pid}/ns/net`);
}

/** The living processes in a network namespace; it is gone when there are none, unless a mount holds it. */
export function processesIn(network: string): string[] {
  return processIds().filter((pid) => readProc(() => readlinkSync(`/proc/${pid}/ns/net`)) === network);
}

/** Waits until `condition` holds. Rejects after `timeout` ms, saying `what` did not come. */
export async function until(what: string, condition: () => boolean, timeout = 60_000): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within ${timeout} ms: ${what}`);
    await delay(10);
  }
}
