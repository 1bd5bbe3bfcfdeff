/**
 * Tells, a line for each, what happens to the links of this machine and to the ports of its switch, from both sides at once:
 * the kernel (rtnetlink) and the database. Usage: node watch.js [REMOTE]. SIGTERM or Ctrl-C ends it.
 */
import { AbortedError, connect } from 'ovskit';
import { watchLinks } from 'ovskit/netdev';

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());

await using ovs = await connect(process.argv[2]);

async function links(): Promise<void> {
  for await (const event of watchLinks({ signal: ending.signal })) {
    if (!('link' in event)) continue;
    const { name, operationalState } = event.link;
    console.log(`${event.event} ${name} ${event.event === 'link-removed' ? '-' : operationalState}`);
  }
}

interface Interface {
  readonly name: string;
  readonly ofport: number | null;
  readonly link_state: string | null;
  readonly error: string | null;
}

const state = (row: Interface): string => row.error ?? `ofport ${row.ofport ?? '-'} link ${row.link_state ?? '-'}`;

async function ports(): Promise<void> {
  const changes = ovs.replica.changes();
  ending.signal.addEventListener('abort', () => changes.return?.());
  for await (const batch of changes) {
    for (const change of batch.changes) {
      if (change.table !== 'Interface') continue;
      const [before, now] = [change.old, change.new] as unknown as [Interface | undefined, Interface | undefined];
      if (!now) console.log(`port-removed ${before!.name}`);
      // Statistics change every few seconds, and are not what we are here for.
      else if (!before || state(before) !== state(now)) {
        console.log(`port-${before ? 'changed' : 'added'} ${now.name} ${state(now)}`);
      }
    }
  }
}

console.log('watching');
try {
  await Promise.all([links(), ports()]);
} catch (error) {
  if (!(error instanceof AbortedError && ending.signal.aborted)) throw error;
}
