/**
 * A process that plugs and unplugs VIFs at random until it is killed, and says on standard output what it begins and what
 * was done: `begin NAME`, `plugged NAME`, `unplugged NAME`.
 *
 *     node churn.js REMOTE COUNT
 */
import { Plugger } from '../../src/vif/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { request } from './request.js';

const WORKERS = 16;
const [remote, count] = process.argv.slice(2);
const ovs = await Ovs.connect(remote);
const plugger = new Plugger(ovs);
const tell = (line: string) => process.stdout.write(`${line}\n`);

async function worker(first: number): Promise<void> {
  for (;;) {
    for (let number = first; number <= Number(count); number += WORKERS) {
      const direction = Math.random() < 0.6 ? 'plug' : 'unplug';
      tell(`begin tap${number}`);
      try {
        await plugger[direction](request(number), { timeout: 20_000 });
        tell(`${direction}ged tap${number}`);
      } catch {
        // Daemons die here: what is not told as done may be either.
      }
    }
  }
}

await Promise.all(Array.from({ length: WORKERS }, (_, index) => worker(index + 1)));
