/**
 * The process that plugs and unplugs until it is killed, each VIF by a caller of its own, at full rate.
 *
 *     node dist/test/vif/chaos/worker.js REMOTE LEDGER
 */
import { OvskitError } from '../../../src/base/errors.js';
import { Plugger } from '../../../src/vif/index.js';
import { Ovs } from '../../../src/vswitch/index.js';
import { type Direction, LedgerWriter } from './ledger.js';
import { VIFS, vif } from './vifs.js';

/** Milliseconds for each step of a plug: less than the time between two disturbances is a matter of course. */
const TIMEOUT = 10_000;

const [remote, path] = process.argv.slice(2) as [string, string];
const ledger = new LedgerWriter(path);
// Whoever started us may have just killed the server.
const ovs = await Ovs.connect(remote, { retry: true, minBackoff: 20, maxBackoff: 200 });
const plugger = new Plugger(ovs);

async function act(direction: Direction, n: number): Promise<void> {
  ledger.write(direction, 'started', n);
  try {
    await plugger[direction](vif(n), { timeout: TIMEOUT });
    ledger.write(direction, 'done', n);
  } catch (error) {
    // Anything else is a fault of ours, and ends the process, which the test notices.
    if (!(error instanceof OvskitError)) throw error;
    ledger.write(direction, 'failed', n, error.code);
  }
}

async function caller(n: number): Promise<never> {
  for (let direction: Direction = Math.random() < 0.5 ? 'plug' : 'unplug'; ; ) {
    await act(direction, n);
    // Now and then twice the same, which must change nothing.
    if (Math.random() < 0.9) direction = direction === 'plug' ? 'unplug' : 'plug';
  }
}

await Promise.all(Array.from({ length: VIFS }, (_, n) => caller(n)));
