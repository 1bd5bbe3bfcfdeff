import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { deleteRows, update } from '../../../src/ovsdb/index.js';
import type { Ovs, SwitchTransaction } from '../../../src/vswitch/index.js';
import { canonicalDatabase } from '../../support/canonical.js';
import { withSwitchDatabase } from '../../support/database.js';

type Build = (tx: SwitchTransaction) => void;

const RUNS = process.env.OVSKIT_LONG === undefined ? 40 : 600;

const bridge = fc.constantFrom('br0', 'br1');
const port = fc.constantFrom('p0', 'p1', 'p2', 'p3');
const value = fc.constantFrom('a', 'b');

/** A change by its words, which a failure prints. */
const command = fc.oneof(
  fc.record({ do: fc.constant('addBridge' as const), bridge, mayExist: fc.boolean() }),
  fc.record({ do: fc.constant('deleteBridge' as const), bridge, ifExists: fc.boolean() }),
  fc.record({ do: fc.constant('addPort' as const), bridge, port, mayExist: fc.boolean(), tag: fc.nat(4096) }),
  fc.record({ do: fc.constant('deletePort' as const), port, ifExists: fc.boolean() }),
  fc.record({ do: fc.constant('setInterface' as const), port, key: value, value: fc.option(value) }),
  fc.record({ do: fc.constant('setExternalId' as const), bridge, key: value, value }),
  fc.record({ do: fc.constant('setFailMode' as const), bridge }),
  fc.record({ do: fc.constant('addMirror' as const), bridge, port }),
  fc.record({ do: fc.constant('addBondInterface' as const), port, name: port }),
  fc.record({ do: fc.constant('refer to nothing' as const), bridge, port }),
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

const apply: { [D in Command['do']]: (tx: SwitchTransaction, command: Extract<Command, { do: D }>) => void } = {
  addBridge: (tx, c) => tx.addBridge(c.bridge, c),
  deleteBridge: (tx, c) => tx.deleteBridge(c.bridge, c),
  addPort: (tx, c) => tx.addPort(c.bridge, c.port, { mayExist: c.mayExist, tag: c.tag }),
  deletePort: (tx, c) => tx.deletePort(c.port, c),
  setInterface: (tx, c) => tx.setInterface(c.port, { externalIds: { [c.key]: c.value } }),
  setExternalId: (tx, c) => tx.setExternalId(c.bridge, c.key, c.value),
  setFailMode: (tx, c) => tx.setFailMode(c.bridge, tx.failMode(c.bridge) === 'secure' ? 'standalone' : 'secure'),
  addMirror: (tx, c) => tx.addMirror(c.bridge, 'm', { outputPort: c.port }),
  addBondInterface: (tx, c) => tx.addBondInterface(c.port, c.name),
  'refer to nothing': (tx, c) => tx.addPort(c.bridge, c.port, { columns: { qos: randomUUID() } }),
};

const request = fc.array(command, { minLength: 1, maxLength: 2 });

/** How requests end: `ok`, or the error's code. */
async function outcomes(requests: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(requests);
  return settled.map((result) =>
    result.status === 'fulfilled' ? 'ok' : String((result.reason as { code: unknown }).code),
  );
}

async function empty({ client }: Ovs): Promise<void> {
  const { tables } = await client.getSchema('Open_vSwitch');
  await client.transact('Open_vSwitch', [
    ...[...tables.keys()].map((table) => deleteRows(table, [])),
    { op: 'insert', table: 'Open_vSwitch', row: {} },
  ]);
}

test('requests that are joined do what they would do one by one', async (t) => {
  t.timeout(600_000);
  const { ovs: joined } = await withSwitchDatabase(t);
  const { ovs: single } = await withSwitchDatabase(t);
  const property = fc.asyncProperty(
    fc.array(request, { minLength: 2, maxLength: 80, size: 'max' }),
    async (requests) => {
      await Promise.all([empty(joined), empty(single)]);
      const builds = requests.map(
        (commands): Build =>
          (tx) => {
            for (const each of commands) apply[each.do](tx, each as never);
          },
      );
      const together = await outcomes(builds.map((build) => joined.transact(build)));
      const oneByOne: string[] = [];
      for (const build of builds) oneByOne.push(...(await outcomes([single.transact(build)])));
      // fast-check names the requests that fail; AVA's own assertions would end the test before it has made them few.
      assert.deepEqual(together, oneByOne);
      // Joined changes are numbered as one.
      const [left, right] = await Promise.all(
        [joined, single].map(async ({ client }) => {
          await client.transact('Open_vSwitch', [update('Open_vSwitch', [], { next_cfg: 0 })]);
          return canonicalDatabase(client);
        }),
      );
      assert.equal(left, right);
    },
  );
  await fc.assert(property, { numRuns: RUNS });
  t.pass();
});
