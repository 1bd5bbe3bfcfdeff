import { once } from 'node:events';
import { AbortedError } from '../../base/errors.js';
import { type AddressState, type LinkEvent, type LinkState, watchLinks } from '../../netdev/index.js';
import { type Io, oneLine } from '../io.js';
import { UsageError } from '../usage.js';
import { parseWords } from './arguments.js';

/** `ovskit netdev watch`: until SIGINT or SIGTERM: 0. When nobody reads any more, the program ends with 1, as all its commands do. */
export async function watch(argv: string[], io: Io): Promise<number> {
  const { json, words } = parseWords(argv);
  if (words.length > 0) throw new UsageError('say "ovskit netdev watch"');
  const controller = new AbortController();
  const end = () => controller.abort();
  for (const signal of SIGNALS) process.once(signal, end);
  // Nor is there anything to watch for when the reader, such as head(1), has gone.
  io.stdout.on('error', end);
  try {
    for await (const event of watchLinks({ signal: controller.signal })) {
      const line = json ? JSON.stringify(event) : oneLine(format(event));
      // While the reader is slow, events are joined rather than kept.
      if (!io.stdout.write(`${line}\n`)) await once(io.stdout, 'drain', { signal: controller.signal });
    }
  } catch (error) {
    if (!controller.signal.aborted && !(error instanceof AbortedError)) throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, end);
    io.stdout.off('error', end);
  }
  return 0;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function format(event: LinkEvent): string {
  switch (event.event) {
    case 'link-added':
      return `${event.event} ${describeLink(event.link)}`;
    case 'link-changed':
      return `${event.event} ${event.link.name}: ${differences(event.old, event.link)}`;
    case 'link-removed':
      return `${event.event} ${event.link.name}`;
    case 'address-added':
    case 'address-removed':
      return `${event.event} ${describeAddress(event.address)}`;
    case 'address-changed':
      return `${event.event} ${describeAddress(event.address)}: ${differences(event.old, event.address)}`;
    default:
      return event.event;
  }
}

function describeLink({ name, index, kind, up, carrier, mtu, mac }: LinkState): string {
  const words = [name, `index ${index}`, kind ?? '', up ? 'up' : 'down', carrier ? 'carrier' : 'no carrier'];
  return [...words, `mtu ${mtu}`, mac ?? ''].filter(Boolean).join(' ');
}

const describeAddress = ({ address, prefixLength, index }: AddressState) => `${address}/${prefixLength} on ${index}`;

/** `mtu 1500 -> 1400, up no -> yes` */
function differences<T extends object>(old: T, now: T): string {
  const keys = (Object.keys(now) as (keyof T)[]).filter((key) => key !== 'flags' && old[key] !== now[key]);
  const changes = keys.map((key) => `${String(key)} ${text(old[key])} -> ${text(now[key])}`);
  return changes.join(', ') || 'flags';
}

function text(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value ?? 'none');
}
