import test from 'ava';
import { isRoot, needsRoot } from '../support/root.js';
import { output } from '../support/run.js';
import { addonPath } from './addon.js';
import { findNode } from './nodes.js';

const exercise = new URL('./exercise.js', import.meta.url).pathname;

for (const major of [20, 22, 24]) {
  const node = isRoot ? findNode(major) : undefined;
  const title = `the one build works under Node ${major}, and in workers that are terminated`;
  if (isRoot && node === undefined) {
    test.skip(`${title} (no registry to get this Node from)`, () => {});
    continue;
  }
  needsRoot(test)(title, async (t) => {
    t.timeout(300_000);
    const result = JSON.parse(await output(node ?? '', [exercise, '--workers', '20']));
    t.regex(result.node, new RegExp(`^v${major}\\.`));
    t.is(result.addon, addonPath());
    t.deepEqual(result.links, ['lo']);
  });
}
