import test from 'ava';
import { type Cell, cellsOf } from '../../bench/plug/cells.js';
import { measuresOf } from '../../bench/plug/measures.js';

const FORMS = ['short', 'full', 'goal'] as const;

const flat = (cells: readonly Cell[]): Cell[] => cells.flatMap((cell) => [cell, ...flat(cell.beside ?? [])]);

for (const form of FORMS) {
  test(`${form}: where a cell is measured, there are as many ports as it says, for ports are only added`, (t) => {
    const walk = (cells: readonly Cell[], before: number) => {
      let there = before;
      for (const cell of cells) {
        t.true(cell.ports >= there, `${cell.callers} callers, ${cell.ports} ports`);
        there = cell.ports;
        walk(cell.beside ?? [], there + cell.ovskit.count);
      }
    };
    walk(cellsOf(form), 0);
    // To make ports beside others would count in nobody's numbers, and has no place in a nested cell.
    for (const { ports, ovskit, beside } of flat(cellsOf(form))) {
      for (const each of beside ?? []) t.is(each.ports, ports + ovskit.count);
    }
  });

  test(`${form}: whoever plugs in two halves can, and each measure has a name of its own`, (t) => {
    const cells = flat(cellsOf(form));
    for (const { floor, rivals } of cells) for (const share of [floor, rivals]) t.is((share?.count ?? 0) % 2, 0);
    const names = cells.flatMap((cell) => measuresOf(cell, [])).map(({ what }) => what);
    t.is(new Set(names).size, names.length);
  });
}

test('both forms measure alone, with 8 and 64 callers at 0, 500 and 2,000 ports, and reconcile 2,000 VIFs; 512 callers all in the long one', (t) => {
  for (const form of ['short', 'full'] as const) {
    const cells = flat(cellsOf(form));
    const at = (callers: number) => cells.filter((cell) => cell.callers === callers).map(({ ports }) => ports);
    for (const callers of [1, 8, 64]) t.deepEqual(at(callers), [0, 500, 2000]);
    t.deepEqual(at(512), form === 'full' ? [0, 500, 2000] : [0]);
    t.deepEqual(
      cells.filter(({ reconcile }) => reconcile).map(({ ports }) => ports),
      [2000],
    );
    for (const { ovskit, callers } of cells) t.true(ovskit.count >= callers);
  }
});
