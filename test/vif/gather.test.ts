import { setImmediate as immediate } from 'node:timers/promises';
import test from 'ava';
import { createTap, deleteTap, enterPrivateNetwork } from '../../src/netdev/index.js';
import { detailFacts, linkFacts } from '../../src/vif/gather.js';
import { needsRoot } from '../support/root.js';

const rootTest = needsRoot(test).serial;
rootTest.before(() => enterPrivateNetwork());

const LOOKS = 4000;

rootTest('a tap that comes and goes is a tap or nothing, at each look', async (t) => {
  let looking = true;
  // The addon makes and deletes on a thread of its own.
  const churn = (async () => {
    while (looking) {
      await createTap('tap0');
      await deleteTap('tap0');
    }
  })();
  const seen = new Map<unknown, number>();
  const note = (facts: { kind?: string | null | undefined } | undefined) => {
    const kind = facts?.kind;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  };
  for (let look = 0; look < LOOKS; look++) {
    note(linkFacts('tap0'));
    if (look % 4 === 0) note(await detailFacts('tap0'));
    else if (look % 4 === 2) await immediate();
  }
  looking = false;
  await churn;
  t.deepEqual([...seen.keys()].sort(), ['tap', undefined], `${[...seen]}`);
});
