import test from 'ava';
import fc from 'fast-check';
import { splitWords } from '../../../src/cli/vsctl/text/words.js';
import { canonicalDatabase, canonicalText, empty, runOurs, runStock, startTwin } from './twins.js';

/** Few names, so that commands meet each other's work. */
const bridge = fc.constantFrom('a', 'b', 'f');
const port = fc.constantFrom('p', 'q', 'r');
const vlan = fc.integer({ min: 0, max: 3 });
const may = fc.constantFrom('', '--may-exist ');
const ifExists = fc.constantFrom('', '--if-exists ');

const command = fc.oneof(
  fc.tuple(may, bridge).map(([m, b]) => `${m}add-br ${b}`),
  fc.tuple(may, bridge, vlan).map(([m, b, v]) => `${m}add-br f${v} ${b} ${v}`),
  fc.tuple(ifExists, bridge).map(([m, b]) => `${m}del-br ${b}`),
  fc.tuple(ifExists, vlan).map(([m, v]) => `${m}del-br f${v}`),
  fc.tuple(may, bridge, port).map(([m, b, p]) => `${m}add-port ${b} ${p}`),
  fc.tuple(bridge, port, vlan).map(([b, p, v]) => `add-port ${b} ${p} tag=${v}`),
  fc.tuple(may, vlan, port).map(([m, v, p]) => `${m}add-port f${v} ${p}`),
  fc.tuple(may, bridge, port).map(([m, b, p]) => `${m}add-bond ${b} bond${p} ${p} x${p} lacp=active`),
  fc.tuple(may, port, port).map(([m, p, q]) => `${m}add-bond-iface bond${p} y${q}`),
  fc.tuple(ifExists, port).map(([m, p]) => `${m}del-bond-iface x${p}`),
  fc.tuple(ifExists, port).map(([m, p]) => `${m}del-port ${p}`),
  fc.tuple(ifExists, bridge, port).map(([m, b, p]) => `${m}del-port ${b} ${p}`),
  fc.tuple(ifExists, port).map(([m, p]) => `${m}--with-iface del-port x${p}`),
  fc.tuple(bridge, vlan).map(([b, v]) => `br-set-external-id ${b} k${v} v`),
  fc.tuple(vlan, vlan).map(([v, k]) => `br-set-external-id f${v} k${k} v`),
  fc.tuple(bridge, vlan).map(([b, v]) => `set bridge ${b} other_config:k${v}=${v}`),
  fc.tuple(bridge, vlan).map(([b, v]) => `remove bridge ${b} other_config k${v}`),
  fc.tuple(bridge, vlan).map(([b, v]) => `add bridge ${b} flood_vlans ${v}`),
  fc.tuple(ifExists, port, vlan).map(([m, p, v]) => `${m}set port ${p} tag=${v}`),
  fc.tuple(ifExists, port).map(([m, p]) => `${m}clear port ${p} tag`),
  fc.tuple(bridge, vlan).map(([b, v]) => `set-controller ${b} tcp:10.0.0.${v}`),
  bridge.map((b) => `del-controller ${b}`),
  bridge.map((b) => `set-fail-mode ${b} secure`),
  bridge.map((b) => `list-ports ${b}`),
  vlan.map((v) => `list-ifaces f${v}`),
  port.map((p) => `port-to-br ${p}`),
  fc.constantFrom('list-br', '--fake list-br', 'del-ssl', 'set-ssl k c a', 'emer-reset', 'get-ssl'),
);

/** One to three commands of one transaction. */
const line = fc.array(command, { minLength: 1, maxLength: 3 }).map((commands) => `-- ${commands.join(' -- ')}`);

test('random sequences of commands leave the same behind, and say the same', async (t) => {
  const long = process.env.OVSKIT_LONG !== undefined;
  t.timeout(long ? 3_600_000 : 900_000);
  const [stock, ours] = await Promise.all([startTwin(t), startTwin(t)]);
  const sequences = fc.array(line, { minLength: 10, maxLength: 25 });
  const property = fc.asyncProperty(sequences, async (lines) => {
    await Promise.all([empty(stock), empty(ours)]);
    for (const each of ['add-br a -- add-br b', ...lines]) {
      const words = ['--no-wait', ...splitWords(each)];
      const [expected, actual] = [await runStock(stock, words), await runOurs(ours, words)];
      const plain = (text: string) => canonicalText(text, ours, false).replaceAll(/\|\d{5}\|/g, '|');
      const same =
        expected.status === actual.status &&
        plain(expected.stdout) === plain(actual.stdout) &&
        plain(expected.stderr) === plain(actual.stderr);
      if (!same) throw new Error(`${each}\n${JSON.stringify(expected)}\n${JSON.stringify(actual)}`);
      const [left, right] = [await canonicalDatabase(stock), await canonicalDatabase(ours)];
      if (left !== right) throw new Error(`${each}\n${left}\n\n${right}`);
    }
  });
  await t.notThrowsAsync(async () => fc.assert(property, { numRuns: long ? 60 : 8, endOnFailure: !long }));
});
