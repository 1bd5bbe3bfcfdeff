import test from 'ava';
import { runBoth } from './client/compare.js';
import { type Fixture, startFixture } from './client/fixture.js';
import { families } from './client/lines.js';

/** Every line runs the stock ovsdb-client and ours on one server: same output, same messages, same exit status. */
let fixture: Fixture;

test.before(async (t) => {
  fixture = await startFixture(t);
  Object.assign(process.env, fixture.sandbox.env);
});
test.after.always(() => fixture?.sandbox.stop());

/** Lines at a time; each starts a node. */
const LANES = 4;

let running = 0;
const waiting: (() => void)[] = [];

async function inLane<T>(work: () => Promise<T>): Promise<T> {
  if (running >= LANES) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

for (const [family, lines] of families) {
  for (const [i, line] of lines.entries()) {
    test(`${family} ${i + 1}: ovsdb-client ${line.args.join(' ')}`, async (t) => {
      const args = line.args.map((word) =>
        word.replace('DIR', fixture.directory).replace(',unix:DIR', `,unix:${fixture.directory}`),
      );
      const { stock, ours } = await inLane(() => runBoth({ ...line, args }, fixture.env));
      t.deepEqual(ours, stock);
    });
  }
}
