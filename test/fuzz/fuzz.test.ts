import { randomInt } from 'node:crypto';
import test from 'ava';
import { fuzz, kept } from './fuzz.js';
import { makeInput } from './mutate.js';
import { Random } from './random.js';
import { attempt } from './target.js';
import { targets } from './targets/index.js';

/** Inputs a seed. `npm run fuzz` has no such bound. */
const RUNS = 400;
const RANDOM_SEED = randomInt(2 ** 32);

for (const target of targets) {
  test.serial(`${target.name}: what is made of good input at random breaks no property`, async (t) => {
    t.timeout(300_000);
    for (const input of target.corpus) target.check(Buffer.from(input));
    for (const seed of [1, RANDOM_SEED]) {
      t.log(`seed ${seed}`);
      const { runs, finding } = await fuzz({ target: target.name, seed, runs: RUNS, milliseconds: 60_000 });
      t.is(finding, undefined, `${finding?.what}\ninput: ${JSON.stringify(finding?.input.toString('latin1'))}`);
      t.true(runs > 0);
    }
  });
}

for (const { name, target, input } of kept()) {
  test(`found/${name} breaks no property any more`, (t) => {
    t.notThrows(() => targets.find((one) => one.name === target)?.check(input));
  });
}

test('a seed gives the same inputs again, and they differ', (t) => {
  for (const target of targets) {
    const make = () => {
      const random = new Random(7);
      return Array.from({ length: 50 }, () => makeInput(target, random).toString('latin1'));
    };
    t.deepEqual(make(), make());
    t.true(new Set(make()).size > 25, target.name);
  }
});

test('an error that is not made on purpose is a finding', (t) => {
  t.throws(() => attempt(() => (undefined as unknown as { x: number }).x), {
    message: /not an OvskitError: TypeError/,
  });
});
