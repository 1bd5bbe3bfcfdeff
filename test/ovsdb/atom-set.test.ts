import test from 'ava';
import fc from 'fast-check';
import { AtomSet } from '../../src/ovsdb/atom-set.js';

const compare = (a: number, b: number) => a - b;
const few = fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { maxLength: 4 });
const many = fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { maxLength: 700 });
const changes = fc.array(fc.oneof({ weight: 9, arbitrary: few }, { weight: 1, arbitrary: many }), { maxLength: 60 });

test('is what a Set would be, and so is every set before it', (t) => {
  fc.assert(
    fc.property(many, changes, (atoms, toggles) => {
      let set = AtomSet.of(atoms);
      const model = new Set(atoms);
      const held: [AtomSet, number[]][] = [];
      for (const toggled of toggles) {
        held.push([set, [...model].sort(compare)]);
        set = set.toggle(toggled);
        for (const atom of toggled) if (!model.delete(atom)) model.add(atom);
      }
      held.push([set, [...model].sort(compare)]);
      for (const [then, expected] of held) {
        t.deepEqual(then.toArray(), expected);
        t.is(then.size, expected.length);
      }
      for (let atom = -1; atom < 1001; atom += 7) t.is(set.has(atom), model.has(atom));
    }),
    { numRuns: 60 },
  );
});

test('tells what it takes to make one set into another', (t) => {
  fc.assert(
    fc.property(many, many, changes, (atoms, others, toggles) => {
      const set = AtomSet.of(atoms);
      for (const next of [AtomSet.of(others), toggles.reduce((last, toggled) => last.toggle(toggled), set)]) {
        const { removed, added } = set.difference(next);
        t.true(removed.every((atom) => set.has(atom) && !next.has(atom)));
        t.true(added.every((atom) => next.has(atom) && !set.has(atom)));
        t.deepEqual(set.toggle([...removed, ...added]).toArray(), next.toArray());
      }
    }),
    { numRuns: 60 },
  );
});
