import test from 'ava';
import { meantBy } from '../../src/base/misspelt.js';

const known = ['port', 'details', 'id', 'vnic_type', 'tag'];

const slips: [word: string, meant: string | undefined][] = [
  ['prot', 'port'],
  ['detials', 'details'],
  ['detail', 'details'],
  ['detaills', 'details'],
  ['detauls', 'details'],
  ['Details', 'details'],
  ['vnicType', 'vnic_type'],
  ['vnic-type', 'vnic_type'],
  ['ta', undefined],
  ['ids', undefined],
  ['rpotx', undefined],
  ['tpor', undefined],
  ['elaborate', undefined],
  ['dteiasl', undefined],
];

for (const [word, meant] of slips) {
  test(`${word} means ${meant}`, (t) => {
    t.is(meantBy(word, known), meant);
  });
}
