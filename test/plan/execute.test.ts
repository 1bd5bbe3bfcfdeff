import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import test, { type ExecutionContext } from 'ava';
import { type Change, Done, execute, type Plan, type Step, StepFailedError } from '../../src/plan/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { withSwitchDatabase } from '../support/database.js';
import { until } from '../support/processes.js';
import { withProxy } from '../support/proxy.js';

const end: Step = { kind: 'wait-for-vswitchd' };

/** The changes, then a step that `failing` makes fail. */
const failing = (...changes: Change[]): Plan => ({ steps: [{ kind: 'transaction', changes }, end] });

/** Executes a plan that fails. `before` runs when its transaction was committed. */
async function fails(t: ExecutionContext, plan: Plan, ovs: Ovs, before?: () => void): Promise<StepFailedError> {
  const beforeStep = (index: number) => {
    if (index === 0) return;
    before?.();
    throw new Error('injected');
  };
  return t.throwsAsync(execute(plan, ovs, { beforeStep }), { instanceOf: StepFailedError });
}

test('an interface that was set is as before when a later step fails', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl('add-br', 'br0', '--', 'add-port', 'br0', 'p1');
  vsctl('set', 'Interface', 'p1', 'external_ids:old=1', 'external_ids:note=mine', 'options:peer=x', 'mtu_request=1400');
  await ovs.sync();
  const error = await fails(
    t,
    failing({
      change: 'set',
      table: 'Interface',
      record: 'p1',
      columns: {
        type: 'internal',
        mtu_request: 1500,
        options: { peer: 'y', key: '7' },
        external_ids: { old: '2', new: '3' },
      },
    }),
    ovs,
  );
  t.is(error.code, 'ERR_PLAN_STEP_FAILED');
  t.regex(error.message, /^step 2, wait for ovs-vswitchd: injected/);
  t.deepEqual(error.undoErrors, []);
  t.is(
    vsctl('get', 'Interface', 'p1', 'type', 'mtu_request', 'options', 'external_ids'),
    '""\n1400\n{peer=x}\n{note=mine, old="1"}',
  );
});

test('an MTU that nobody had asked for is taken away again', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl('add-br', 'br0', '--', 'add-port', 'br0', 'p1');
  await ovs.sync();
  await fails(t, failing({ change: 'set', table: 'Interface', record: 'p1', columns: { mtu_request: 1500 } }), ovs);
  t.is(vsctl('get', 'Interface', 'p1', 'mtu_request'), '[]');
});

test('what others changed after the step is theirs, and stays', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl('add-br', 'br0', '--', 'add-port', 'br0', 'p1', '--', 'set', 'Interface', 'p1', 'external_ids:a=1');
  await ovs.sync();
  const plan = failing({
    change: 'set',
    table: 'Interface',
    record: 'p1',
    columns: { external_ids: { a: '2', b: '2' } },
  });
  await fails(t, plan, ovs, () => vsctl('set', 'Interface', 'p1', 'external_ids:b=3', 'external_ids:c=3'));
  t.is(vsctl('get', 'Interface', 'p1', 'external_ids'), '{a="1", b="3", c="3"}');
});

test('bridges and ports that were added are gone when a later step fails, others stay', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl('add-br', 'br0', '--', 'add-port', 'br0', 'p0');
  await ovs.sync();
  const error = await fails(
    t,
    failing(
      { change: 'add-bridge', bridge: 'br0', mayExist: true },
      { change: 'add-port', bridge: 'br0', port: 'p0', mayExist: true },
      { change: 'add-bridge', bridge: 'br1' },
      { change: 'add-port', bridge: 'br1', port: 'p1' },
    ),
    ovs,
  );
  t.deepEqual(error.undoErrors, []);
  t.is(vsctl('list-br'), 'br0');
  t.is(vsctl('list-ports', 'br0'), 'p0');
});

/** A plan whose transaction is committed while the reply to it is held back. */
async function committedUnheard(t: ExecutionContext) {
  const { vsctl, remote } = await withSwitchDatabase(t);
  vsctl('add-br', 'br0');
  const proxy = await withProxy(t, remote);
  const ovs = await Ovs.connect(proxy.remote);
  t.teardown(() => ovs.close());
  proxy.hold();
  const failed = fails(t, failing({ change: 'add-port', bridge: 'br0', port: 'p1' }), ovs);
  await until('the commit', () => vsctl('list-ports', 'br0') === 'p1');
  return { vsctl, proxy, ovs, failed };
}

test('a step that may have been committed is undone too', async (t) => {
  const { vsctl, proxy, failed } = await committedUnheard(t);
  proxy.drop();
  proxy.release();
  const error = await failed;
  t.is(error.code, 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN');
  t.deepEqual(error.undoErrors, []);
  t.is(vsctl('list-ports', 'br0'), '');
});

test('what can not be undone is told, and does not hide why the step failed', async (t) => {
  const { ovs, failed } = await committedUnheard(t);
  void ovs.close();
  const error = await failed;
  t.is(error.code, 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN');
  t.deepEqual(
    error.undoErrors.map((undo) => (undo as { code?: string }).code),
    ['ERR_OVSDB_CLOSED'],
  );
  t.regex(error.message, /^step 1, add port p1 to br0: .*; could not undo: /);
});

// The channel is the process's: no other test may commit meanwhile.
test.serial('deletions of many plans go as few transactions, and each can be taken back by itself', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  const names = Array.from({ length: 40 }, (_, index) => `p${index}`);
  vsctl('add-br', 'br0', ...names.flatMap((name) => ['--', 'add-port', 'br0', name, `tag=${name.slice(1)}`]));
  await ovs.sync();
  let commits = 0;
  const count = () => {
    commits++;
  };
  subscribe('ovskit:commit', count);
  const beforeStep = (index: number, step: Step) => {
    const [change] = step.kind === 'transaction' ? step.changes : [];
    if (index === 1 && change?.change === 'delete-port' && change.port === 'none7') throw new Error('injected');
  };
  const outcomes = await Promise.allSettled(
    names.map((port) => {
      const changes = [port, `none${port.slice(1)}`].map((each): Change[] => [
        { change: 'delete-port', port: each, ifExists: true },
      ]);
      return execute({ steps: changes.map((each) => ({ kind: 'transaction', changes: each })) }, ovs, { beforeStep });
    }),
  );
  unsubscribe('ovskit:commit', count);
  t.is(outcomes.filter(({ status }) => status === 'rejected').length, 1);
  t.is(vsctl('list-ports', 'br0'), 'p7');
  t.is(vsctl('get', 'Port', 'p7', 'tag'), '7');
  t.true(commits < 30, `${commits} transactions`);
});

test('what others have put on a bridge keeps it there', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await fails(t, failing({ change: 'add-bridge', bridge: 'br0' }), ovs, () => vsctl('add-port', 'br0', 'theirs'));
  t.is(vsctl('list-ports', 'br0'), 'theirs');
});

test('a port of the same name that somebody else has made meanwhile stays', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl('add-br', 'br0', '--', 'add-port', 'br0', 'gone');
  await ovs.sync();
  const changes: Change[] = [
    { change: 'add-port', bridge: 'br0', port: 'p1' },
    { change: 'delete-port', port: 'gone' },
  ];
  const error = await fails(t, failing(...changes), ovs, () => {
    vsctl('del-port', 'p1', '--', 'add-port', 'br0', 'p1', 'tag=9', '--', 'add-port', 'br0', 'gone', 'tag=8');
  });
  t.deepEqual(error.undoErrors, []);
  t.is(vsctl('get', 'Port', 'p1', 'tag'), '9');
  t.is(vsctl('get', 'Port', 'gone', 'tag'), '8');
});

test('a condition that does not hold fails the transaction, by name', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl('add-br', 'br0', '--', 'add-port', 'br0', 'p1', 'tag=5');
  await ovs.sync();
  const changes: Change[] = [
    { change: 'wait', table: 'Port', record: 'p1', columns: { tag: null } },
    { change: 'set', table: 'Port', record: 'p1', columns: { tag: 4095 } },
  ];
  const error = await fails(t, { steps: [{ kind: 'transaction', changes }] }, ovs);
  t.is(error.code, 'ERR_VSWITCH_CONDITION');
  t.regex(error.message, /tag of Port p1 is 5/);
  t.is(vsctl('get', 'Port', 'p1', 'tag'), '5');
});

for (const [why, change, code, message] of [
  ['no such column', { change: 'set', table: 'Port', record: 'br0', columns: { tga: 1 } }, 'ERR_OVSDB_SCHEMA', /tga/],
  ['no such table', { change: 'clear', table: 'Prot', record: 'br0', columns: ['tag'] }, 'ERR_OVSDB_SCHEMA', /Prot/],
  [
    'no such row',
    { change: 'destroy', table: 'Port', record: 'p9' },
    'ERR_VSWITCH_REFUSED',
    /no row "p9" in table Port/,
  ],
  [
    'a map for a scalar',
    { change: 'set', table: 'Port', record: 'br0', columns: { tag: { a: 1 } } },
    'ERR_INVALID_ARGUMENT',
    /Port.tag is no map/,
  ],
  [
    'two values for one',
    { change: 'set', table: 'Port', record: 'br0', columns: { tag: [1, 2] } },
    'ERR_INVALID_ARGUMENT',
    /takes one value, not 2/,
  ],
  [
    'nothing of that id',
    { change: 'set', table: 'Port', record: 'br0', columns: { qos: '@q' } },
    'ERR_INVALID_ARGUMENT',
    /nothing creates @q/,
  ],
  [
    'an id that is no word',
    { change: 'create', table: 'QoS', id: 'a b', columns: {} },
    'ERR_INVALID_ARGUMENT',
    /"a b"/,
  ],
] as [string, Change, string, RegExp][]) {
  test(`${why} is refused before anything is sent`, async (t) => {
    const { ovs, vsctl } = await withSwitchDatabase(t);
    vsctl('add-br', 'br0');
    await ovs.sync();
    const error = await fails(t, { steps: [{ kind: 'transaction', changes: [change] }] }, ovs);
    t.is(error.code, code);
    t.regex(error.message, message);
  });
}

test('a plan may have one deadline for all of its steps', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  const left = [10_000, 0];
  const rest = () => ({ timeout: left.shift() as number });
  const error = await t.throwsAsync(execute(failing({ change: 'add-bridge', bridge: 'br0' }), ovs, { rest }), {
    instanceOf: StepFailedError,
    code: 'ERR_TIMEOUT',
  });
  t.is(error.step.kind, 'wait-for-vswitchd');
  t.is(vsctl('list-br'), '');
});

test('what a plan did stays for the one that goes on from there, and goes with it when that fails for good', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  const done = new Done();
  const beforeStep = (index: number) => {
    if (index === 1) throw new Error('overtaken');
  };
  const first = failing({ change: 'add-bridge', bridge: 'br0' });
  const reasons: string[] = [];
  const goesOn = (cause: unknown) => reasons.push((cause as Error).message) > 0;
  const kept = await t.throwsAsync(execute(first, ovs, { beforeStep, done, goesOn }), { instanceOf: StepFailedError });
  t.deepEqual([kept.undoErrors, reasons], [[], ['overtaken']]);
  t.is(vsctl('list-br'), 'br0');
  t.is(done.size, 1);
  const second = failing({ change: 'add-port', bridge: 'br0', port: 'p1' });
  await t.throwsAsync(execute(second, ovs, { beforeStep, done }), { instanceOf: StepFailedError });
  t.is(vsctl('list-br'), '');
  t.is(done.size, 0);
});

test('a row of QoS that was destroyed with its port comes back with it, and never alone', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl('add-br', 'br0', '--', 'add-port', 'br0', 'p1');
  vsctl('set', 'Port', 'p1', 'qos=@q', '--', '--id=@q', 'create', 'QoS', 'type=linux-htb');
  await ovs.sync();
  const qos = vsctl('get', 'Port', 'p1', 'qos');
  const deletion = failing(
    { change: 'clear', table: 'Port', record: 'p1', columns: ['qos'] },
    { change: 'delete-port', port: 'p1' },
    { change: 'destroy', table: 'QoS', record: qos },
  );
  t.deepEqual((await fails(t, deletion, ovs)).undoErrors, []);
  t.is(vsctl('get', 'Port', 'p1', 'qos'), qos);
  const error = await fails(t, deletion, ovs, () => vsctl('add-port', 'br0', 'p1'));
  t.deepEqual(error.undoErrors, []);
  t.is(vsctl('get', 'Port', 'p1', 'qos'), '[]', "somebody else's port has the name by now");
  t.is(vsctl('list', 'QoS'), '');
});
