import { connect } from 'node:net';
import test from 'ava';
import { linkExists } from '../../src/netdev/index.js';
import { needsRoot } from '../support/root.js';
import { output } from '../support/run.js';
import { inSandbox } from '../support/sandbox.js';
import { request } from '../vif/request.js';
import { conformingAsk } from './document.js';
import { HttpClient, type Reply, type Served, withService } from './support.js';

const rootTest = needsRoot(test).serial;
const named = (list: readonly { name: string }[]) => list.map(({ name }) => name);
const many = (first: number) => Array.from({ length: 20 }, (_, n) => request(first + n));

/** Runs `work` while ovs-vswitchd stands still: what is plugged stays in flight, and is not to be waited for in `work`. */
async function whileStopped({ sandbox }: Served, work: () => Promise<void>): Promise<void> {
  const pid = sandbox.vswitchd!.pid!;
  process.kill(pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

rootTest('reconcile plugs what is missing, and drops what two calls find stale', async (t) => {
  const { client, sandbox, plugger } = await withService(t);
  await sandbox.addBridge('br-ex');
  const ask = await conformingAsk(t, client);
  const ports = async () => (await output('ovs-vsctl', ['list-ports', 'br-int'], inSandbox(sandbox))).split('\n');
  const stale = async () =>
    Object.fromEntries(
      (await ask('GET', '/vifs')).json.vifs.map((vif: { name: string; stale: boolean }) => [vif.name, vif.stale]),
    );

  await plugger.plug(request(9, { bridge: 'br-ex' }));
  const first = await ask('POST', '/reconcile', [request(1), request(2), request(3)]);
  t.is(first.status, 200);
  t.deepEqual(named(first.json.plugged), ['tap1', 'tap2', 'tap3']);
  t.like(first.json, { dropped: [], stale: [], unchanged: 0, errors: [] });
  t.deepEqual(await stale(), { tap1: false, tap2: false, tap3: false, tap9: null });

  const desired = { requests: [request(1), request(4), { ...request(5), vif: { ...request(5).vif, type: 'odd' } }] };
  const dry = (await ask('POST', '/reconcile?dryRun', desired)).json;
  t.deepEqual([named(dry.missing), named(dry.stale), dry.unchanged], [['tap4'], ['tap2', 'tap3'], 1]);
  t.deepEqual(
    dry.missing[0].steps.map(({ kind }: { kind: string }) => kind),
    ['create-tap', 'transaction', 'wait-for-interface'],
  );
  t.like(dry.errors, [{ name: 'tap5', code: 'ERR_VIF_UNKNOWN_TYPE' }]);
  t.false(linkExists('tap4'));

  const second = (await ask('POST', '/reconcile', desired)).json;
  t.deepEqual([named(second.plugged), named(second.stale), named(second.dropped)], [['tap4'], ['tap2', 'tap3'], []]);
  t.deepEqual([second.unchanged, named(second.errors)], [1, ['tap5']]);
  t.deepEqual(await stale(), { tap1: false, tap2: true, tap3: true, tap4: false, tap9: null });

  // One of them is wanted again.
  const third = (await ask('POST', '/reconcile', [request(1), request(2), request(4)])).json;
  t.deepEqual([named(third.dropped), third.unchanged], [['tap3'], 3]);
  t.deepEqual(await ports(), ['tap1', 'tap2', 'tap4']);
  t.false(linkExists('tap3'));

  for (const _ of ['stale', 'dropped']) await ask('POST', '/reconcile?bridge=br-int', []);
  t.deepEqual(await ports(), ['']);
  t.deepEqual(await stale(), { tap9: null });
});

rootTest('many are plugged and unplugged by one call, and each fails for itself', async (t) => {
  const { client } = await withService(t);
  const ask = await conformingAsk(t, client);
  const list = [request(1), request(2, { bridge: 'br-none' }), request(3)];
  const planned = (await ask('POST', '/plug-many?dryRun=true', list)).json;
  t.deepEqual([named(planned.planned), named(planned.errors)], [['tap1', 'tap3'], ['tap2']]);
  t.true(planned.planned[0].commands.some((command: string[]) => command[0] === 'ovs-vsctl'));
  t.false(linkExists('tap1'));
  const plugged = (await ask('POST', '/plug-many', { requests: list })).json;
  t.deepEqual(named(plugged.done), ['tap1', 'tap3']);
  t.true(plugged.done.every(({ ofport }: { ofport: number }) => ofport > 0));
  t.like(plugged.errors, [{ name: 'tap2', code: 'ERR_VSWITCH_NO_BRIDGE' }]);
  const gone = (await ask('POST', '/unplug-many', [request(1), request(3), request(4)])).json;
  t.deepEqual(
    gone.done.map(({ changed }: { changed: boolean }) => changed),
    [true, true, false],
  );
  t.deepEqual(gone.errors, []);
});

rootTest("the query has the library's and the command's options", async (t) => {
  const served = await withService(t);
  const { client, plugger, errors, service, socket } = served;
  const ask = await conformingAsk(t, client);

  const { planned: _, ...dry } = (await ask('POST', '/plug?dryRun', request(1))).json;
  t.deepEqual([dry.name, dry.steps.length], ['tap1', 3]);
  t.is(dry.commands.at(-1)[0], 'ovs-vsctl');
  t.false(linkExists('tap1'));

  // By newton libvirt makes the port.
  t.false((await ask('POST', '/plug?release=newton', request(1))).json.changed);

  await plugger.plug(request(1));
  const renamed = request(1, { vif: { devname: 'tapnew' } });
  t.is((await ask('POST', '/plug', renamed)).json.error.code, 'ERR_VIF_DUPLICATE_IFACE_ID');
  t.is((await ask('POST', '/plug?replace=true', renamed)).status, 200);
  t.deepEqual(named((await ask('GET', '/vifs')).json.vifs), ['tapnew']);

  const other = request(2, { vif: { devname: 'tapnew' } });
  t.is((await ask('POST', '/plug', other)).json.error.code, 'ERR_VIF_PORT_TAKEN');
  t.is((await ask('POST', '/plug?force', other)).status, 200);

  // The port is another instance's by now.
  const late = { ...other, instance: { uuid: '20000000-0000-4000-8000-000000000000' } };
  const leftAlone = (await ask('POST', '/unplug', late)).json;
  t.false(leftAlone.changed);
  t.regex(leftAlone.warnings[0], /^port tapnew is left alone: it is instance 1000/);
  t.deepEqual((await ask('POST', '/unplug?dryRun', late)).json.warnings, leftAlone.warnings);
  t.true((await ask('POST', '/unplug?force', late)).json.changed);

  // Its tool is not there.
  const iovisor = request(3, { vif: { type: 'midonet' } });
  t.is((await ask('POST', '/unplug', iovisor)).status, 502);
  const { warnings } = (await ask('POST', '/unplug?bestEffort', iovisor)).json;
  t.regex(warnings[0], /mm-ctl/);

  // Behind a call for the same device that takes its time.
  const second = new HttpClient(socket);
  t.teardown(() => second.close());
  let first: Promise<Reply>;
  await whileStopped(served, async () => {
    first = second.post('/plug', request(4));
    while (service.inFlight < 1) await client.get('/health');
    const late = await ask('POST', '/plug?timeout=1', request(4));
    t.deepEqual([late.status, late.json.error.code], [504, 'ERR_TIMEOUT']);
    const lateMany = (await ask('POST', '/plug-many?timeout=1', [request(4)])).json;
    t.like(lateMany.errors, [{ name: 'tap4', code: 'ERR_TIMEOUT' }]);
  });
  t.is((await first!).status, 200);
  t.deepEqual(errors, []);
});

rootTest('2,000 VIFs in one body are reconciled; longer bodies are refused, and others served meanwhile', async (t) => {
  const { client, socket } = await withService(t, { limits: { bulkBodyBytes: 2_000_000 } });
  const ask = await conformingAsk(t, client);
  // As os-vif writes them, 3 000 bytes each; none is on a bridge that is there.
  const vif = (n: number) => ({
    ...request(n, { bridge: 'br-none' }),
    vif: { ...request(n).vif, devname: `tap${n}`, network: { bridge: 'br-none' }, padding: 'x'.repeat(600) },
  });
  const body = JSON.stringify(Array.from({ length: 2000 }, (_, n) => vif(n)));
  t.true(body.length > 1_500_000, String(body.length));
  t.is((await ask('POST', '/plug', body)).status, 413, 'a body with one VIF is shorter');
  const other = new HttpClient(socket);
  t.teardown(() => other.close());
  const [reply, plugged] = await Promise.all([ask('POST', '/reconcile', body), other.post('/plug', request(1))]);
  t.is(plugged.status, 200);
  t.deepEqual([reply.status, reply.json.errors.length], [200, 2000]);
  t.is((await ask('POST', '/plug-many', 'x'.repeat(2_000_001))).status, 413);
});

rootTest('one reconcile at a time, and no more long bodies than there is memory for', async (t) => {
  const served = await withService(t, { limits: { bulkBytesAtOnce: 20_000 } });
  const { client, socket, service } = served;
  const ask = await conformingAsk(t, client);
  const other = new HttpClient(socket);
  t.teardown(() => other.close());
  let first: Promise<Reply>;
  await whileStopped(served, async () => {
    first = other.post('/reconcile', [request(1)]);
    while (service.inFlight < 1) await client.get('/health');
    const second = await ask('POST', '/reconcile', [request(1)]);
    t.deepEqual([second.status, second.headers['retry-after']], [503, '1']);
    t.is(second.json.error.message, '1 of /reconcile at once, and so many are being worked on already');
  });
  t.is((await first!).status, 200);
  t.is((await ask('POST', '/reconcile', [request(1)])).json.unchanged, 1);

  const slow = connect(socket);
  const head = 'POST /plug-many HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 15001\r\n\r\n';
  slow.write(head + ' '.repeat(15_000));
  const full = async () => (await client.post('/unplug-many', ' '.repeat(10_000))).json.error.code;
  while ((await full()) !== 'ERR_SERVE_BUSY');
  t.is((await ask('POST', '/plug', request(2))).status, 200, 'a single plug needs no such room');
  slow.destroy();
  while ((await full()) === 'ERR_SERVE_BUSY');
  t.is((await ask('POST', '/unplug-many', [request(1), request(2)])).json.done.length, 2);
});

rootTest('a stop in the midst of a reconcile waits for it, or undoes what is half done and tells', async (t) => {
  const patient = await withService(t);
  let asked: Promise<Reply>;
  await whileStopped(patient, async () => {
    asked = patient.client.post('/reconcile', many(0));
    while (patient.service.inFlight < 1) await new Promise(setImmediate);
    void patient.service.stop();
  });
  const reply = await asked!;
  t.deepEqual([reply.status, reply.json.plugged.length, reply.json.errors], [200, 20, []]);
  await patient.service.stop();
  t.is((await patient.plugger.list()).length, 20);

  const hasty = await withService(t, { limits: { stopTimeout: 50 } });
  await whileStopped(hasty, async () => {
    asked = hasty.client.post('/reconcile', many(20));
    await hasty.ovs.replica.waitForRow(['Interface', 'name', 'tap27'], (row) => row !== undefined);
    await hasty.service.stop();
  });
  const cut = await asked!;
  t.is(cut.status, 200);
  t.deepEqual(cut.json.plugged, []);
  t.is(cut.json.errors.length, 20);
  t.true(cut.json.errors.every(({ code }: { code: string }) => code === 'ERR_ABORTED'));
  t.deepEqual(await hasty.plugger.list(), []);
  t.false(many(20).some(({ vif }) => linkExists(vif.devname as string)));
});
