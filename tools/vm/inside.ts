/** What a test that runs in the guest needs to know of it. Under no guest, each of these throws. */
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { GuestError } from './errors.js';
import type { Nic } from './nics.js';

export type { Nic };

const MONITOR = '/dev/ovskit-qmp';

/** A working program of its own in every guest: `ping`, `modprobe`, `arping`, ... which the host may lack. */
export const BUSYBOX = '/run/ovskit-vm/busybox';

/** The guest's network cards, in the order in which they were asked for. */
export function guestNics(): Nic[] {
  const text = process.env.OVSKIT_VM_NICS;
  if (!text) throw new GuestError('this is no guest of tools/vm: run it by npm run test:vm');
  return JSON.parse(text);
}

/** The first card of a model. */
export function guestNic(model: string): Nic {
  const nic = guestNics().find((candidate) => candidate.model === model);
  if (!nic) throw new GuestError(`the guest has no ${model}: it was not asked for with --nic ${model}`);
  return nic;
}

/** The network device of a card, such as `eth0`. */
export function netdevOf(nic: Nic): string {
  const found = readdirSync('/sys/class/net').find((name) => {
    try {
      return readFileSync(`/sys/class/net/${name}/address`, 'utf8').trim() === nic.mac;
    } catch {
      return false; // a file such as bonding_masters
    }
  });
  if (!found) throw new GuestError(`${nic.id} (${nic.model}, ${nic.mac}) has no network device: is its driver loaded?`);
  return found;
}

/** Whether the suite said that it has to do without this (`netdevsim`): the only reason for a test to be skipped. */
export function without(what: string): boolean {
  return (process.env.OVSKIT_VM_WITHOUT ?? '').split(',').includes(what);
}

/** Milliseconds that take as long in the guest as `ms` on the host: under emulation code runs 10 to 17 times slower. */
export function scaled(ms: number): number {
  return ms * Number(process.env.OVSKIT_TIME_SCALE ?? 1);
}

/**
 * One command to QEMU's monitor, answered when it has taken effect (qemu-qmp-ref(7)). Synchronous, as a pending read of the
 * port would keep Node from ending.
 */
export function qmp(execute: string, args: Record<string, unknown> = {}): unknown {
  const fd = openSync(MONITOR, 'r+');
  try {
    const id = `${process.pid}-${performance.now()}`;
    writeSync(fd, `${JSON.stringify({ execute, arguments: args, id })}\n`);
    const chunk = Buffer.alloc(4096);
    let text = '';
    for (;;) {
      text += chunk.toString('utf8', 0, readSync(fd, chunk));
      const lines = text.split('\n');
      text = lines.pop() as string;
      // Events, and the answers that an earlier caller did not wait for, are not ours.
      const reply = lines.map((line) => JSON.parse(line)).find((message) => message.id === id);
      if (reply?.error) throw new GuestError(`QEMU refuses ${execute}: ${reply.error.desc}`);
      if (reply) return reply.return;
    }
  } finally {
    closeSync(fd);
  }
}

/** Plugs the card's cable in or out. Equivalent to `set_link nic0 on|off` in QEMU's monitor. */
export function setLink(nic: Nic, up: boolean): void {
  qmp('set_link', { name: nic.id, up });
}
