import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import type { CommitMessage, DraftRow, SwitchTransaction } from '../../../src/vswitch/index.js';
import { configure, Ovs } from '../../../src/vswitch/index.js';
import { withSwitchDatabase } from '../../support/database.js';
import { withProxy } from '../../support/proxy.js';

/** How many requests each transaction joined, failed ones too. */
function watchCommits(t: ExecutionContext): CommitMessage[] {
  const messages: CommitMessage[] = [];
  const onCommit = (message: unknown) => messages.push(message as CommitMessage);
  subscribe('ovskit:commit', onCommit);
  t.teardown(() => unsubscribe('ovskit:commit', onCommit));
  return messages;
}

/** A switch behind a proxy that can hold the server's answers back, so that a transaction stays in flight. */
async function behindProxy(t: ExecutionContext, options: Parameters<typeof Ovs.connect>[1] = {}) {
  const { ovs: direct, remote, ...rest } = await withSwitchDatabase(t);
  await direct.transact((tx) => tx.addBridge('br0'));
  const proxy = await withProxy(t, remote);
  const ovs = await Ovs.connect(proxy.remote, options);
  t.teardown(() => ovs.close());
  return { ...rest, ovs, direct, proxy };
}

const codeOf = (result: PromiseSettledResult<unknown>): string =>
  result.status === 'fulfilled' ? 'ok' : (result.reason as { code: string }).code;

const port = (name: string) => (tx: SwitchTransaction) => tx.addPort('br0', name);

test.serial('requests wait only while a transaction is in flight, and then go as one', async (t) => {
  const { ovs, proxy } = await behindProxy(t);
  const commits = watchCommits(t);
  proxy.hold();
  const first = ovs.transact(port('p0'));
  await new Promise(setImmediate);
  t.is(ovs.waiting, 0, 'one alone is sent at once');
  const rest = Array.from({ length: 12 }, (_, index) => ovs.transact(port(`p${index + 1}`)));
  await new Promise(setImmediate);
  t.is(ovs.waiting, 12);
  proxy.release();
  const numbers = await Promise.all([first, ...rest]);
  t.deepEqual(
    commits.map(({ requests }) => requests),
    [1, 12],
  );
  // One look at the bridge, one change of it, and one new number for all.
  t.is(commits[1]?.operations, 2 * 12 + 2);
  t.deepEqual([...new Set(numbers.slice(1).map(({ nextCfg }) => nextCfg))], [(numbers[0]?.nextCfg as number) + 1]);
});

test.serial('each sees what those before it do, whoever asked for it', async (t) => {
  const { ovs, vsctl, proxy } = await behindProxy(t);
  proxy.hold();
  const results = Promise.allSettled([
    ovs.transact(port('blocker')),
    ...[
      (tx: SwitchTransaction) => tx.addPort('br1', 'early'),
      (tx: SwitchTransaction) => tx.addBridge('br1'),
      (tx: SwitchTransaction) => tx.addPort('br1', 'p'),
      (tx: SwitchTransaction) => tx.addPort('br1', 'p', { mayExist: true }),
      (tx: SwitchTransaction) => tx.addPort('br1', 'p'),
      (tx: SwitchTransaction) => tx.setInterface('p', { externalIds: { a: '1' } }),
      (tx: SwitchTransaction) => tx.setInterface('p', { externalIds: { a: '2', b: '3' } }),
      (tx: SwitchTransaction) => tx.addPort('br0', 'gone'),
      (tx: SwitchTransaction) => tx.deletePort('gone'),
    ].map((build) => ovs.transact(build)),
  ]);
  proxy.release();
  t.deepEqual((await results).map(codeOf), [
    'ok',
    'ERR_VSWITCH_NO_BRIDGE',
    'ok',
    'ok',
    'ok',
    'ERR_VSWITCH_NAME_TAKEN',
    'ok',
    'ok',
    'ok',
    'ok',
  ]);
  t.is(vsctl('list-ports', 'br1'), 'p');
  t.is(vsctl('get', 'Interface', 'p', 'external_ids'), '{a="2", b="3"}');
  t.is(vsctl('list-ports', 'br0'), 'blocker');
});

test.serial('of 10,000 requests the bad one in a hundred fails, each with its own error', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  const bad: [string, (tx: SwitchTransaction, name: string) => void][] = [
    ['ERR_VSWITCH_NO_BRIDGE', (tx, name) => tx.addPort('nowhere', name)],
    ['ERR_VSWITCH_NAME_TAKEN', (tx) => tx.addPort('br0', 'p0')],
    ['ERR_OVSDB_SCHEMA', (tx, name) => tx.addPort('br0', name, { tag: 4096 })],
    // Only the server can know.
    ['ERR_OVSDB_REFERENTIAL_INTEGRITY', (tx, name) => tx.addPort('br0', name, { columns: { qos: randomUUID() } })],
  ];
  const expected: string[] = [];
  let next = 0;
  const got: string[] = [];
  const caller = async () => {
    while (next < 10_000) {
      const number = next++;
      const [code, build] = (number % 100 === 50 ? bad[Math.floor(number / 100) % bad.length] : undefined) ?? [
        'ok',
        undefined,
      ];
      expected[number] = code;
      const name = `p${number}`;
      const done = ovs.transact((tx) => (build ? build(tx, name) : tx.addPort('br0', name)));
      [got[number]] = (await Promise.allSettled([done])).map(codeOf) as [string];
    }
  };
  await Promise.all(Array.from({ length: 200 }, caller));
  t.deepEqual(got, expected);
  t.is(new Set(expected).size, 5, 'all kinds were among them');
  const ports = vsctl('list-ports', 'br0').split('\n');
  t.is(ports.length, 9900);
});

test.serial('a signal takes a request out until it is sent', async (t) => {
  const { ovs, vsctl, proxy } = await behindProxy(t);
  proxy.hold();
  const first = ovs.transact(port('p0'));
  const [out, late] = [new AbortController(), new AbortController()];
  const reason = new Error('no longer needed');
  await new Promise(setImmediate);
  const waiting = [
    ovs.transact(port('p1'), { signal: out.signal }),
    ovs.transact(port('p2'), { signal: late.signal }),
    ovs.transact(port('p3')),
  ];
  const settled = Promise.allSettled(waiting);
  out.abort(reason);
  const error = await t.throwsAsync(waiting[0] as Promise<unknown>, { code: 'ERR_ABORTED' });
  t.is(error?.cause, reason);
  proxy.release();
  await first;
  proxy.hold();
  // It is under way now, and what it comes to can't be told any more.
  await new Promise(setImmediate);
  late.abort(reason);
  await t.throwsAsync(waiting[1] as Promise<unknown>, { code: 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN' });
  proxy.release();
  t.deepEqual((await settled).map(codeOf), ['ERR_ABORTED', 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN', 'ok']);
  t.is(vsctl('list-ports', 'br0'), 'p0\np2\np3');
});

test.serial('a request that waits too long is refused or waits, as asked; its deadline is its own', async (t) => {
  const { ovs, vsctl, proxy } = await behindProxy(t, { maxWaiting: 2 });
  proxy.hold();
  const first = ovs.transact(port('p0'));
  await new Promise(setImmediate);
  const waiting = [ovs.transact(port('p1')), ovs.transact(port('p2'), { timeout: 20 })];
  const patient = ovs.transact(port('p3'));
  await t.throwsAsync(ovs.transact(port('p4'), { whenBusy: 'fail' }), { code: 'ERR_BUSY', message: /^3 changes/ });
  await t.throwsAsync(waiting[1] as Promise<unknown>, { code: 'ERR_TIMEOUT' });
  proxy.release();
  await Promise.all([first, waiting[0], patient]);
  await ovs.transact(port('p5'), { whenBusy: 'fail' });
  t.is(vsctl('list-ports', 'br0'), 'p0\np1\np3\np5');
});

test.serial(
  'when the connection dies, all that were sent have an unknown outcome, and those that wait go on',
  async (t) => {
    const { ovs, direct, vsctl, proxy } = await behindProxy(t);
    proxy.hold();
    const first = ovs.transact(port('p0'));
    const alongside = ovs.transact(port('p1'));
    await new Promise(setImmediate);
    const after = ovs.transact(port('p2'));
    await direct.replica.waitUntil('the ports that were sent', () => direct.tables.port('p1'));
    proxy.drop();
    proxy.release();
    const results = await Promise.allSettled([first, alongside, after]);
    const unknown = 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN';
    t.deepEqual(results.map(codeOf), [unknown, unknown, 'ok']);
    t.is(vsctl('list-ports', 'br0'), 'p0\np1\np2');
  },
);

test.serial('what another client does meanwhile is the fault of none but whom it concerns', async (t) => {
  const { ovs, direct, proxy } = await behindProxy(t);
  await direct.transact((tx) => tx.addBridge('br1'));
  await ovs.sync();
  // Held back, the replica doesn't see what the other client does.
  proxy.hold();
  await direct.transact((tx) => {
    tx.addPort('br0', 'p1');
    tx.deleteBridge('br1');
  });
  const results = Promise.allSettled([
    ovs.transact(port('p0')),
    ovs.transact(port('p1')),
    ovs.transact((tx) => tx.addPort('br0', 'p1', { mayExist: true })),
    ovs.transact((tx) => tx.addPort('br1', 'p2')),
    ovs.transact(port('p3')),
  ]);
  proxy.release();
  t.deepEqual((await results).map(codeOf), ['ok', 'ERR_VSWITCH_NAME_TAKEN', 'ok', 'ERR_VSWITCH_NO_BRIDGE', 'ok']);
});

test.serial('who has to read first holds its place in the order', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  const order: string[] = [];
  const ask = (name: string, build: (tx: SwitchTransaction) => void) =>
    ovs.transact(build).then(() => order.push(name));
  await Promise.all([
    ask('port', port('p0')),
    ask('mode', (tx) => {
      t.is(tx.failMode('br0'), undefined);
      tx.setFailMode('br0', 'secure');
    }),
    ask('mode again', (tx) => {
      t.is(tx.failMode('br0'), 'secure');
      tx.setFailMode('br0', 'standalone');
    }),
    ask('other port', port('p1')),
  ]);
  t.deepEqual(order, ['port', 'mode', 'mode again', 'other port']);
  t.is(vsctl('get-fail-mode', 'br0'), 'standalone');
});

test.serial('a lone caller that asks for one after the other is never made to wait', async (t) => {
  const { ovs } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  const commits = watchCommits(t);
  for (let number = 0; number < 20; number++) await ovs.transact(port(`p${number}`));
  t.true(commits.every(({ requests, waiting }) => requests === 1 && waiting === 0));
});

test.serial('a caller of one among many that ask again and again gets its turn', async (t) => {
  const { ovs } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  let stop = false;
  let number = 0;
  const busy = Array.from({ length: 30 }, async () => {
    while (!stop) await ovs.transact(port(`p${number++}`));
  });
  const commits = watchCommits(t);
  await ovs.transact(port('patient'));
  // It went with the next transaction, or was among those of the first.
  t.true(commits.length <= 2, `${commits.length} transactions`);
  stop = true;
  await Promise.all(busy);
});

test.serial(
  'when ovsdb-server is killed under load, nothing was said to be done that is not, or refused that is',
  async (t) => {
    const { ovs, vsctl, server } = await withSwitchDatabase(t);
    await ovs.transact((tx) => tx.addBridge('br0'));
    const said = new Map<string, string>();
    let number = 0;
    let stop = false;
    const callers = Array.from({ length: 32 }, async () => {
      while (!stop) {
        const name = `p${number++}`;
        said.set(name, (await Promise.allSettled([ovs.transact(port(name))])).map(codeOf)[0] as string);
      }
    });
    for (let round = 0; round < 3; round++) {
      const before = ovs.tables.ports.size;
      await ovs.replica.waitUntil('some ports more', () => ovs.tables.ports.size > before + 200);
      await server.kill();
      await server.start(AbortSignal.timeout(30_000));
    }
    stop = true;
    await Promise.all(callers);
    const there = new Set(vsctl('list-ports', 'br0').split('\n'));
    const codes = new Set(said.values());
    t.true(codes.has('ok'));
    for (const code of codes)
      t.true(['ok', 'ERR_OVSDB_COMMIT_OUTCOME_UNKNOWN', 'ERR_VSWITCH_NAME_TAKEN'].includes(code), code);
    for (const [name, code] of said) if (code === 'ok') t.true(there.has(name), name);
    for (const name of there) t.true(said.has(name), name);
  },
);

test.serial('what waits for a connection is told when the client is closed', async (t) => {
  const { ovs, proxy } = await behindProxy(t);
  const lost = new Promise<void>((resolve) => ovs.client.onState(({ state }) => state !== 'ready' && resolve()));
  proxy.cut();
  await lost;
  const waiting = Promise.allSettled([ovs.transact(port('p0')), ovs.transact(port('p1'))]);
  await new Promise(setImmediate);
  t.is(ovs.waiting, 2);
  await ovs.close();
  t.deepEqual((await waiting).map(codeOf), ['ERR_OVSDB_CLOSED', 'ERR_OVSDB_CLOSED']);
});

test.serial('two processes that add the same ports share them out, and neither loses any', async (t) => {
  const { ovs, vsctl, remote } = await withSwitchDatabase(t);
  await using other = await Ovs.connect(remote);
  await ovs.transact((tx) => tx.addBridge('br0'));
  await other.sync();
  const names = Array.from({ length: 300 }, (_, index) => `p${index}`);
  const both = await Promise.all(
    [ovs, other].map((each) => Promise.allSettled(names.map((name) => each.transact(port(name))))),
  );
  const [ours, theirs] = both.map((results) => results.map(codeOf)) as [string[], string[]];
  for (const [index, code] of ours.entries()) {
    t.deepEqual([code, theirs[index]].sort(), ['ERR_VSWITCH_NAME_TAKEN', 'ok'], names[index]);
  }
  t.deepEqual(vsctl('list-ports', 'br0').split('\n').sort(), [...names].sort());
});

test.serial('a row that is not there is the fault of who names it, and holds nobody up', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  const uuid = randomUUID();
  const gone = { code: 'ERR_VSWITCH_REFUSED', message: `no row "${uuid}" in table Port` };
  const results = [
    ovs.transact(port('p0')),
    // One is found out when the changes are written, the other when it reads.
    ovs.transact((tx) => tx.set({ table: 'Port', uuid }, { tag: 1 })),
    ovs.transact(port('p1')),
    ovs.transact((tx) => void tx.get({ table: 'Port', uuid }, 'tag')),
    ovs.transact(port('p2')),
  ];
  const settled = Promise.allSettled(results);
  await t.throwsAsync(results[1] as Promise<unknown>, gone);
  await t.throwsAsync(results[3] as Promise<unknown>, gone);
  t.deepEqual((await settled).map(codeOf), ['ok', 'ERR_VSWITCH_REFUSED', 'ok', 'ERR_VSWITCH_REFUSED', 'ok']);
  t.is(vsctl('list-ports', 'br0'), 'p0\np1\np2');
});

test.serial('what others change that the replica does not hold is looked at again', async (t) => {
  const { ovs, vsctl, remote } = await withSwitchDatabase(t);
  await using other = await Ovs.connect(remote);
  await ovs.transact((tx) => tx.addBridge('br0'));
  await other.sync();
  const count = (tx: SwitchTransaction) => {
    const row = tx.record('Bridge', 'br0') as DraftRow;
    const number = (tx.get(row, 'other_config') as ReadonlyMap<string, string>).get('n') ?? '0';
    tx.verify(row, 'other_config');
    tx.set(row, { other_config: new Map([['n', String(Number(number) + 1)]]) });
  };
  const callers = [ovs, other, ovs].map(async (each) => {
    for (let number = 0; number < 50; number++) await each.transact(count);
  });
  await Promise.all(callers);
  t.is(vsctl('get', 'Bridge', 'br0', 'other_config:n'), '"150"');
});

test.serial('who finds gone what it was led to by what the replica does not hold starts all over', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  vsctl('add-br', 'br0', '--', '--id=@m', 'create', 'Mirror', 'name=m', '--', 'add', 'Bridge', 'br0', 'mirrors', '@m');
  await ovs.sync();
  const looks: (readonly string[])[] = [];
  let mirrors: readonly string[] | undefined;
  await ovs.transact((tx) => {
    const bridge = tx.record('Bridge', 'br0') as DraftRow;
    const uuids = tx.get(bridge, 'mirrors') as readonly string[];
    looks.push(uuids);
    // The bridge has been read, and said that there is a mirror; the mirror has not.
    if (looks.length === 1) vsctl('clear', 'Bridge', 'br0', 'mirrors');
    mirrors = tx.mirrors('br0');
  });
  t.deepEqual(mirrors, []);
  t.deepEqual(
    looks.map(({ length }) => length).filter((length, i, all) => length !== all[i - 1]),
    [1, 0],
  );
});

test.serial('a function that is async is refused, for what it does later would be lost', async (t) => {
  const { ovs } = await withSwitchDatabase(t);
  const late = async (tx: SwitchTransaction) => {
    await null;
    tx.addBridge('late');
  };
  const failing = async () => {
    throw new Error('nobody hears of this');
  };
  const refused = { code: 'ERR_INVALID_ARGUMENT', message: /must not be async/ };
  for (const build of [late, failing]) {
    await t.throwsAsync(ovs.transact(build), refused);
    await t.throwsAsync(configure(ovs.client, build), refused);
  }
  await t.throwsAsync(ovs.transact(5 as never), { code: 'ERR_INVALID_ARGUMENT', message: /a function, not number 5/ });
  await t.throwsAsync(ovs.transact(port('p'), { signal: 'now' as never }), { code: 'ERR_INVALID_ARGUMENT' });
});

test.serial('a request that is given up while its transaction is overtaken does not wait for another', async (t) => {
  const { ovs, direct, proxy } = await behindProxy(t);
  const giveUp = new AbortController();
  proxy.hold();
  await direct.transact((tx) => tx.deleteBridge('br0'));
  const request = ovs.transact(port('p0'), { signal: giveUp.signal });
  // The reply has come, and says that the bridge has gone; nothing more can be sent.
  const onCommit = () => {
    proxy.cut();
    giveUp.abort();
  };
  subscribe('ovskit:commit', onCommit);
  t.teardown(() => unsubscribe('ovskit:commit', onCommit));
  await new Promise(setImmediate);
  proxy.release();
  await t.throwsAsync(request, { code: 'ERR_ABORTED' });
});

test.serial('a request that is given up while it is built changes nothing', async (t) => {
  const { ovs, vsctl } = await withSwitchDatabase(t);
  await ovs.transact((tx) => tx.addBridge('br0'));
  const giveUp = new AbortController();
  const build = (tx: SwitchTransaction) => {
    tx.addPort('br0', 'p0');
    giveUp.abort();
  };
  const results = await Promise.allSettled([ovs.transact(build, { signal: giveUp.signal }), ovs.transact(port('p1'))]);
  t.deepEqual(results.map(codeOf), ['ERR_ABORTED', 'ok']);
  t.is(vsctl('list-ports', 'br0'), 'p1');
});

test.serial('a bridge that is deleted hides no failure of what was asked of its ports before', async (t) => {
  const { ovs } = await withSwitchDatabase(t);
  await ovs.transact((tx) => {
    tx.addBridge('br0');
    tx.addPort('br0', 'p0');
  });
  const results = await Promise.allSettled([
    ovs.transact((tx) => tx.set(tx.record('Port', 'p0') as DraftRow, { qos: randomUUID() })),
    ovs.transact((tx) => tx.deleteBridge('br0')),
  ]);
  t.deepEqual(results.map(codeOf), ['ERR_OVSDB_REFERENTIAL_INTEGRITY', 'ok']);
});
