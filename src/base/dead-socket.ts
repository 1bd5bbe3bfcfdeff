import { lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';

/** Removes a socket that a dead process left behind, and nothing else: neither one that answers nor a file. */
export async function removeDeadSocket(path: string): Promise<void> {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket()) return;
  const probe = connect(path);
  const dead = await new Promise<boolean>((resolve) => {
    probe.once('connect', () => resolve(false));
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
  probe.destroy();
  if (dead) unlinkSync(path);
}
