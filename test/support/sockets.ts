import { readdirSync, readlinkSync } from 'node:fs';

/** The sockets that this process has open. */
export function openSockets(): number {
  let count = 0;
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:')) count++;
    } catch {
      // Closed meanwhile, such as the one that read the directory.
    }
  }
  return count;
}
