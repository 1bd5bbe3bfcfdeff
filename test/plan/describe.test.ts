import test from 'ava';
import { describeStep, explain, type Step } from '../../src/plan/index.js';
import { steps } from './every-step.js';

/** Kinds that ../vm/guest tries, and one of those that are of no link. */
const others: readonly Step[] = [
  { kind: 'create-vlan', device: 'vlan5', link: 'eth0', id: 5 },
  { kind: 'create-macvtap', device: 'mv0', link: 'eth0', mode: 'vepa' },
  { kind: 'set-vf', device: 'eth0', vf: 3, mac: 'fa:16:3e:00:00:01', vlan: 7 },
  { kind: 'set-link-settings', device: 'eth0', speed: 1000 },
  { kind: 'set-features', device: 'eth0', features: { gro: false } },
  { kind: 'set-vlan-workaround', device: 'eth0', on: true },
  { kind: 'run-tool', argv: ['ifup', 'eth0'] },
  { kind: 'wait-for-interface', interface: 'tap1', afterTransaction: false },
];

test('the words for a step are one line, of their own, that names all devices of the step', (t) => {
  const all = [...steps, ...others];
  for (const step of all) {
    const words = describeStep(step);
    t.regex(words, /^[a-z][^\n]*$/, step.kind);
    for (const field of ['device', 'peer', 'link', 'from', 'to', 'interface'] as const) {
      const name = (step as unknown as { [field: string]: unknown })[field];
      if (typeof name === 'string') t.true(words.includes(name), `${step.kind}: ${words} does not name ${name}`);
    }
  }
  const words = all.map(describeStep);
  const alike = words.filter((each, i) => words.indexOf(each) !== i);
  t.deepEqual(
    alike.filter((each) => {
      const kinds = new Set(all.filter((step) => describeStep(step) === each).map(({ kind }) => kind));
      return kinds.size > 1;
    }),
    [],
    'two kinds of steps have the same words',
  );
});

test('a step that is of the kernel alone is explained by commands that name its device', (t) => {
  for (const step of [...steps, ...others]) {
    if (!('device' in step)) continue;
    const commands = explain({ steps: [step] });
    t.true(commands.length > 0, step.kind);
    t.true(commands.flat().join(' ').includes(step.device), step.kind);
  }
});
