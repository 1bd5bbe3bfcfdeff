import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import fc from 'fast-check';
import { type Flow, formatFlow, OpenFlow } from '../../src/openflow/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { output } from '../support/run.js';
import { inSandbox } from '../support/sandbox.js';
import { flow } from './flows.js';

interface Context {
  /** A bridge of the test's own. */
  bridge: string;
  of: OpenFlow;
}

const test = anyTest as TestFn<Context>;
let sandbox: Sandbox;
let bridges = 0;

test.before(async () => {
  sandbox = await startSandbox();
});
test.after.always(() => sandbox?.stop());
test.beforeEach(async (t) => {
  t.context.bridge = `br${bridges++}`;
  await sandbox.addBridge(t.context.bridge);
  t.context.of = await OpenFlow.connect(t.context.bridge, { runDirectory: sandbox.runDirectory });
  // The flow that a bridge without a controller begins with.
  await t.context.of.deleteFlows();
});
test.afterEach.always((t) => t.context.of?.close());

const ofctl = (...args: string[]) => output('ovs-ofctl', args, inSandbox(sandbox));
const vsctl = (...args: string[]) => output('ovs-vsctl', args, inSandbox(sandbox));

/** What `ovs-ofctl dump-flows` says, without what differs from one moment to the next. */
async function stockFlows(bridge: string): Promise<string[]> {
  const lines = (await ofctl('dump-flows', bridge)).split('\n').slice(1);
  return lines
    .map((line) => line.trim().replaceAll(/(duration|n_packets|n_bytes|idle_age|hard_age)=[^ ]*?,? /g, ''))
    .sort();
}

const FLOWS: readonly Flow[] = [
  { priority: 0, match: { inPort: 1, dlType: 'arp', nwProto: 1 }, actions: [{ output: 'LOCAL' }] },
  { priority: 0, match: { inPort: 'LOCAL', dlSrc: 'fa:16:3e:00:00:01' }, actions: [{ output: 1 }] },
  { priority: 7, match: { dlVlan: 5 }, idleTimeout: 60, hardTimeout: 600, actions: [{ output: 'NORMAL' }] },
  { cookie: 0xfedcba9876543210n, table: 3, match: { dlVlan: 0xffff }, actions: [] },
  { match: { dlType: 'ip', nwProto: 17, nwDst: '10.0.0.0/8', tpDst: 53 }, actions: [{ output: 'CONTROLLER' }] },
];

test('ovs-ofctl shows the flows that we add', async (t) => {
  const { bridge, of } = t.context;
  for (const it of FLOWS) await of.addFlow(it);
  t.deepEqual(
    await stockFlows(bridge),
    [
      'cookie=0x0, table=0, priority=0,arp,in_port=1,arp_op=1 actions=LOCAL',
      'cookie=0x0, table=0, priority=0,in_port=LOCAL,dl_src=fa:16:3e:00:00:01 actions=output:1',
      'cookie=0x0, table=0, idle_timeout=60, hard_timeout=600, priority=7,dl_vlan=5 actions=NORMAL',
      'cookie=0xfedcba9876543210, table=3, vlan_tci=0x0000 actions=drop',
      'cookie=0x0, table=0, udp,nw_dst=10.0.0.0/8,tp_dst=53 actions=CONTROLLER:65535',
    ].sort(),
  );
});

test('flows of every kind are the same by ovs-ofctl on one bridge and by us on another', async (t) => {
  const { bridge, of } = t.context;
  const flows = fc
    .sample(flow, { numRuns: 150, seed: 8 })
    // Queues and long timeouts have no say in what is compared; a priority tells the flows apart.
    .map(
      (it, index): Flow => ({ ...it, idleTimeout: 0, hardTimeout: 0, table: (it.table ?? 0) % 250, priority: index }),
    )
    .filter(({ actions }) => !actions.some((action) => 'enqueue' in action));
  await Promise.all(flows.map((it) => of.addFlow(it)));
  const other = `${bridge}twin`;
  await sandbox.addBridge(other);
  await ofctl('del-flows', other);
  const file = join(sandbox.runDirectory, 'flows');
  await writeFile(file, flows.map((it) => `${formatFlow(it)}\n`).join(''));
  await ofctl('add-flows', other, file);
  const [ours, theirs] = await Promise.all([stockFlows(bridge), stockFlows(other)]);
  t.is(ours.length, flows.length);
  t.deepEqual(ours, theirs);

  // And what we read of both is what we wrote.
  await using reader = await OpenFlow.connect(`unix:${sandbox.runDirectory}/${other}.mgmt`);
  const [read, readTheirs] = await Promise.all([of.dumpFlows(), reader.dumpFlows()]);
  const byPriority = (list: typeof read) =>
    [...list].sort((a, b) => a.priority - b.priority).map(({ match, actions, cookie }) => ({ match, actions, cookie }));
  t.deepEqual(byPriority(read), byPriority(readTheirs));
  t.deepEqual(
    byPriority(read),
    flows.map(({ match, actions, cookie = 0 }) => ({ match, actions, cookie })),
  );
});

test('flows that ovs-ofctl adds are read, with what there is no word for, and can be deleted as read', async (t) => {
  const { bridge, of } = t.context;
  await ofctl('add-flow', bridge, 'table=1,priority=3,ipv6,ipv6_src=fe80::/64,reg0=5,actions=resubmit(,3),output:2');
  await ofctl('add-flow', bridge, 'table=1,priority=3,ipv6,actions=drop');
  const flows = await of.dumpFlows();
  const special = flows.find(({ match }) => match.others !== undefined);
  t.is(flows.length, 2);
  t.is(special?.match.others?.length, 2);
  t.deepEqual(special?.actions.at(-1), { output: 2 });
  t.regex(formatFlow(special!), /^table=1,priority=3,ipv6,field_.*,actions=other\(.*\),output:2$/);
  const { table, priority, match } = special!;
  await of.deleteFlows({ strict: true, table, priority, match });
  t.deepEqual(await stockFlows(bridge), ['cookie=0x0, table=1, priority=3,ipv6 actions=drop']);
});

test('deletes strictly, loosely, by table, by port and by cookie', async (t) => {
  const { bridge, of } = t.context;
  const left = async () => (await of.dumpFlows()).map(({ priority }) => priority).sort((a, b) => a - b);
  const flows: Flow[] = [
    { priority: 1, match: { inPort: 1 }, actions: [{ output: 9 }] },
    { priority: 2, match: { inPort: 1, dlSrc: 'fa:16:3e:00:00:01' }, actions: [] },
    { priority: 3, match: { inPort: 2 }, cookie: 0x10, actions: [] },
    { priority: 4, match: { inPort: 3 }, cookie: 0x11, table: 4, actions: [] },
    { priority: 5, match: { inPort: 3 }, cookie: 0x21, actions: [] },
    { priority: 6, match: { inPort: 3 }, actions: [] },
  ];
  await Promise.all(flows.map((it) => of.addFlow(it)));
  t.is((await of.dumpFlows({ match: { inPort: 1 } })).length, 2);
  t.is((await of.dumpFlows({ cookie: 0x10, cookieMask: 0xf0 })).length, 2);
  t.is((await of.dumpFlows({ table: 4 })).length, 1);
  t.is((await of.dumpFlows({ outPort: 9 })).length, 1);
  await of.deleteFlows({ strict: true, priority: 2, match: { inPort: 1 } });
  t.deepEqual(await left(), [1, 2, 3, 4, 5, 6], 'no flow has just this match and priority');
  await of.deleteFlows({ strict: true, priority: 6, match: { inPort: 3 } });
  t.deepEqual(await left(), [1, 2, 3, 4, 5]);
  await of.deleteFlows({ table: 4 });
  t.deepEqual(await left(), [1, 2, 3, 5]);
  await of.deleteFlows({ cookie: 0x10, cookieMask: 0xf0 });
  t.deepEqual(await left(), [1, 2, 5]);
  await of.deleteFlows({ outPort: 9 });
  t.deepEqual(await left(), [2, 5]);
  await of.deleteFlows({ match: { inPort: 1 } });
  t.deepEqual(await left(), [5]);
  await of.deleteFlows();
  t.deepEqual(await stockFlows(bridge), []);
});

test('each of many changes at once gets the error that it caused, and no other', async (t) => {
  const { of } = t.context;
  const results = await Promise.allSettled(
    Array.from({ length: 300 }, (_, index) =>
      of.addFlow({ priority: index, actions: [{ output: index % 10 === 3 ? 0xff01 : 1 }] }),
    ),
  );
  const failed = results.flatMap((result, index) => (result.status === 'rejected' ? [[index, result.reason]] : []));
  t.is(failed.length, 30);
  for (const [index, error] of failed) {
    t.is(index % 10, 3);
    t.like(error, { code: 'ERR_OPENFLOW_REFUSED', reason: 'OFPBAC_BAD_OUT_PORT', type: 2, errorCode: 4 });
    t.is(
      error.message,
      `add flow priority=${index},actions=output:65281: the switch refuses: OFPBAC_BAD_OUT_PORT ` +
        '(there can be no port of that number)',
    );
  }
  t.is((await of.dumpFlows()).length, 270);
});

test('the switch says why, in errors of OpenFlow and of its extension', async (t) => {
  const { bridge, of } = t.context;
  const field = { field: 0x7f00, value: '00', masked: false };
  await t.throwsAsync(of.addFlow({ match: { others: [field] }, actions: [] }), {
    code: 'ERR_OPENFLOW_REFUSED',
    message: /OFPBMC_BAD_FIELD/,
  });
  // TCP's source port, and nothing that says it is TCP.
  const orphan = { field: 9, value: '0050', masked: false };
  await t.throwsAsync(of.dumpFlows({ match: { others: [orphan] } }), { message: /^dump flows: .*OFPBMC_BAD_PREREQ/ });
  await vsctl(
    ...['--', '--id=@t', 'create', 'Flow_Table', 'flow_limit=2', 'overflow_policy=refuse'],
    ...['--', 'set', 'bridge', bridge, 'flow_tables:0=@t'],
  );
  const add = (priority: number) => of.addFlow({ priority, actions: [] });
  await Promise.all([add(1), add(2)]);
  const error = await t.throwsAsync(add(3), { code: 'ERR_OPENFLOW_REFUSED', message: /the flow table is full/ });
  t.is((error as unknown as { reason: string }).reason, 'OFPFMFC_TABLE_FULL');
  await add(2);
  t.is((await of.dumpFlows()).length, 2);
});

test('an error has the stack of who called', async (t) => {
  const { of } = t.context;
  const caller = async () => {
    await of.addFlow({ actions: [{ output: 0xff01 }] });
  };
  const error = await t.throwsAsync(caller(), { code: 'ERR_OPENFLOW_REFUSED' });
  t.regex(error?.stack ?? '', /at async caller/);
});

test('a bridge that does not speak OpenFlow 1.0 is told so', async (t) => {
  const { bridge } = t.context;
  await vsctl('set', 'bridge', bridge, 'protocols=OpenFlow13');
  await t.throwsAsync(OpenFlow.connect(bridge, { runDirectory: sandbox.runDirectory }), {
    code: 'ERR_OPENFLOW_VERSION',
    message: /ovskit speaks OpenFlow 1\.0: add OpenFlow10 to the bridge's column protocols/,
  });
  await vsctl('set', 'bridge', bridge, 'protocols=OpenFlow10,OpenFlow13');
  await (await OpenFlow.connect(bridge, { runDirectory: sandbox.runDirectory })).close();
});

test('ports, features, echo and barrier', async (t) => {
  const { bridge, of } = t.context;
  await vsctl(
    ...['add-port', bridge, `${bridge}p`, '--', 'set', 'interface', `${bridge}p`, 'type=internal', 'ofport_request=17'],
  );
  const ports = await of.ports();
  t.deepEqual(
    ports.map(({ port, name }) => [port, name]).sort(),
    [
      [17, `${bridge}p`],
      ['LOCAL', bridge],
    ].sort(),
  );
  const local = ports.find(({ port }) => port === 'LOCAL');
  t.is(`"${local?.address}"`, await vsctl('get', 'interface', bridge, 'mac_in_use'));
  t.is(`"${(await of.features()).datapathId}"`, await vsctl('get', 'bridge', bridge, 'datapath_id'));
  await of.echo();
  await of.barrier();
});

test('a reply of many parts', async (t) => {
  const { of } = t.context;
  const adding = Array.from({ length: 3000 }, (_, priority) =>
    of.addFlow({ priority, match: { inPort: 1, dlSrc: 'fa:16:3e:00:00:01' }, actions: [{ output: 1 }, { output: 2 }] }),
  );
  await Promise.all(adding);
  const flows = await of.dumpFlows();
  t.is(new Set(flows.map(({ priority }) => priority)).size, 3000);
});

test('an option that a call does not have is refused by its name, and nothing is sent', async (t) => {
  const { of } = t.context;
  const typo = { timout: 5 } as never;
  const calls: [what: string, call: () => Promise<unknown>][] = [
    ['add flow actions=NORMAL', () => of.addFlow({ actions: [{ output: 'NORMAL' }] }, typo)],
    ['delete flows', () => of.deleteFlows({}, typo)],
    ['dump flows', () => of.dumpFlows({}, typo)],
    ['list ports', () => of.ports(typo)],
    ['features', () => of.features(typo)],
    ['barrier', () => of.barrier(typo)],
    ['echo', () => of.echo(typo)],
  ];
  for (const [what, call] of calls) {
    const message = `${what}: timout is unknown: did you mean timeout?`;
    await t.throwsAsync(call(), { code: 'ERR_INVALID_ARGUMENT', message });
  }
  t.deepEqual(await of.dumpFlows(), []);
});
