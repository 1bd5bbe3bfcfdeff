/**
 * One of several processes that plug and unplug the same VIFs at the same time. Tells what came of each, a line of JSON a round.
 *
 *     node dist/test/vif/together/worker.js REMOTE
 *
 * Each line of its input is `plug` or `unplug`, and a list of numbers.
 */
import { createInterface } from 'node:readline';
import { OvskitError } from '../../../src/base/errors.js';
import { Plugger } from '../../../src/vif/index.js';
import { Ovs } from '../../../src/vswitch/index.js';
import { vif } from '../chaos/vifs.js';

const [remote] = process.argv.slice(2) as [string];
await using ovs = await Ovs.connect(remote);
await using plugger = new Plugger(ovs);
console.log('"ready"');
for await (const line of createInterface({ input: process.stdin })) {
  const [direction, numbers] = JSON.parse(line) as ['plug' | 'unplug', number[]];
  const results = await plugger[`${direction}Many`](numbers.map(vif));
  const said = results.map((result) => {
    if (result.status === 'fulfilled') return 'done';
    if (!(result.reason instanceof OvskitError)) throw result.reason;
    return `${result.reason.code}: ${result.reason.message}`;
  });
  console.log(JSON.stringify(said));
}
