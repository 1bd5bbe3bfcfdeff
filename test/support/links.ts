import { listLinks } from '../../src/netdev/index.js';
import { until } from './processes.js';

/**
 * Waits until there are no links but those that are expected: ovs-vswitchd closes the devices of bridges some time after the bridges
 * have gone. Rejects naming the others.
 */
export async function untilNoOthers(isExpected: (name: string) => boolean): Promise<void> {
  const others = () => listLinks().filter((name) => !isExpected(name));
  try {
    await until('no other links', () => others().length === 0);
  } catch (cause) {
    throw new Error(`links that nobody expects: ${others().join(', ')}`, { cause });
  }
}
