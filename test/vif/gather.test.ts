import { setImmediate as immediate } from 'node:timers/promises';
import test from 'ava';
import { addAddress, createTap, deleteTap, enterPrivateNetwork } from '../../src/netdev/index.js';
import { isUnused } from '../../src/vif/belongings.js';
import { detailFacts, gatherFacts, linkFacts } from '../../src/vif/gather.js';
import { needsRoot } from '../support/root.js';

const rootTest = needsRoot(test).serial;
rootTest.before(() => enterPrivateNetwork());

const LOOKS = 4000;

/** Runs `look` while a tap is made and deleted all the time, which the addon does on a thread of its own. */
async function whileTapsChurn(look: () => Promise<void>): Promise<void> {
  let looking = true;
  const churn = (async () => {
    while (looking) {
      await createTap('tap0', { up: true });
      await deleteTap('tap0');
    }
  })();
  try {
    await look();
  } finally {
    looking = false;
    await churn;
  }
}

rootTest('a tap that comes and goes is a tap or nothing, at each look', async (t) => {
  const seen = new Map<unknown, number>();
  const note = (facts: { kind?: string | null | undefined } | undefined) => {
    const kind = facts?.kind;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  };
  await whileTapsChurn(async () => {
    for (let look = 0; look < LOOKS || seen.size < 2; look++) {
      note(linkFacts('tap0'));
      if (look % 4 === 0) note(await detailFacts('tap0'));
      else if (look % 4 === 2) await immediate();
    }
  });
  t.deepEqual([...seen.keys()].sort(), ['tap', undefined], `${[...seen]}`);
});

rootTest('what a device that comes and goes carries, and whether it is used, fails at no look', async (t) => {
  await whileTapsChurn(async () => {
    for (let look = 0; look < 100; look++) {
      const facts = await gatherFacts(undefined, { carried: 'tap0' });
      t.deepEqual(facts.carried('tap0'), { addresses: [], routes: [] });
      t.true(await isUnused([{ name: 'tap0', index: 1, bridge: 'br0' }], []));
    }
  });
  await createTap('tap0', { up: true });
  await addAddress('tap0', '192.0.2.1/24');
  t.is((await gatherFacts(undefined, { carried: 'tap0' })).carried('tap0').addresses.length, 1);
  t.false(await isUnused([{ name: 'tap0', index: 1, bridge: 'br0' }], []));
  await deleteTap('tap0');
});
