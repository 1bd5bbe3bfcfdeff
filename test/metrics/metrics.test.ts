import { channel } from 'node:diagnostics_channel';
import test from 'ava';
import { Metrics } from '../../src/metrics/index.js';
import { loadPromClient, type PromClient } from '../../src/metrics/prom-client.js';
import { Plugger } from '../../src/vif/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { needsRoot } from '../support/root.js';
import { withSandbox } from '../support/sandbox.js';
import { request } from '../vif/request.js';

/** The samples of a text in Prometheus's format, by name and labels. */
function samples(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

needsRoot(test).serial('plugs, transactions, rows and reconnects are counted', async (t) => {
  const sandbox = await withSandbox(t);
  await sandbox.addBridge('br-int');
  await using ovs = await Ovs.connect(sandbox.remote);
  await using plugger = new Plugger(ovs);
  await using metrics = await Metrics.start({ ovs });
  t.is(samples(await metrics.text()).get('ovskit_reconnects_total'), 0);
  await plugger.plug(request(1));
  await plugger.plug(request(1));
  await plugger.unplug(request(1));
  await t.throwsAsync(plugger.plug(request(2, { bridge: 'br-none' })), { code: 'ERR_VSWITCH_NO_BRIDGE' });
  await t.throwsAsync(plugger.plug({} as never), { code: 'ERR_INVALID_ARGUMENT' });
  await ovs.transact((tx) => tx.addBridge('br2', { datapathType: 'netdev' }));
  const found = samples(await metrics.text());
  t.is(found.get('ovskit_plug_duration_seconds_count{direction="plug",result="ok"}'), 2);
  t.is(found.get('ovskit_plug_duration_seconds_count{direction="plug",result="error"}'), 2);
  t.is(found.get('ovskit_plug_duration_seconds_count{direction="unplug",result="ok"}'), 1);
  t.is(found.get('ovskit_plug_errors_total{direction="plug",code="ERR_VSWITCH_NO_BRIDGE"}'), 1);
  t.is(found.get('ovskit_plug_errors_total{direction="plug",code="ERR_INVALID_ARGUMENT"}'), 1);
  t.true((found.get('ovskit_plug_duration_seconds_sum{direction="plug",result="ok"}') ?? 0) > 0);
  t.true((found.get('ovskit_transaction_duration_seconds_count{database="Open_vSwitch",result="ok"}') ?? 0) >= 3);
  t.is(found.get('ovskit_replica_rows{table="Bridge"}'), 2);
  t.is(found.get('ovskit_replica_rows{table="Interface"}'), 2);
  t.is(found.get('ovskit_connected'), 1);
  t.is(found.get('ovskit_commit_queue_depth'), 0);
  t.true((found.get('ovskit_commit_batch_size_count') ?? 0) >= 3);
  const changes = Promise.all([3, 4, 5].map((n) => ovs.transact((tx) => tx.addBridge(`br${n}`))));
  t.is(samples(await metrics.text()).get('ovskit_commit_queue_depth'), 3);
  await changes;

  const again = new Promise<void>((resolve) => {
    ovs.client.onState(({ state }) => state === 'ready' && resolve());
  });
  await sandbox.ovsdbServer.kill();
  await sandbox.ovsdbServer.start(AbortSignal.timeout(10_000));
  await again;
  const later = samples(await metrics.text());
  t.is(later.get('ovskit_reconnects_total'), 1);
  t.true((later.get('ovskit_connection_state_changes_total{state="ready"}') ?? 0) >= 1);
  t.regex(metrics.contentType, /^text\/plain/);
});

test.serial('joined transactions are counted from their channel', async (t) => {
  await using metrics = await Metrics.start();
  const commits = channel('ovskit:commit');
  commits.publish({ requests: 3 });
  commits.publish({ requests: 500 });
  const found = samples(await metrics.text());
  t.is(found.get('ovskit_commit_batch_size_count'), 2);
  t.is(found.get('ovskit_commit_batch_size_sum'), 503);
  t.is(found.get('ovskit_commit_batch_size_bucket{le="4"}'), 1);
});

test.serial('one goes into the registry of the caller, and out of it', async (t) => {
  const { Registry } = (await loadPromClient()) as PromClient;
  const registry = new Registry();
  const channels = ['ovskit:plug', 'ovskit:transaction', 'ovskit:commit', 'ovskit:connection'];
  const metrics = await Metrics.start({ registry });
  metrics.gauge('mine', 'A number.', () => 42);
  t.is(samples(await registry.metrics()).get('mine'), 42);
  t.true(channels.every((name) => channel(name).hasSubscribers));
  await metrics.close();
  t.is((await registry.metrics()).trim(), '');
  t.false(channels.some((name) => channel(name).hasSubscribers));
});

test('without prom-client the error says what to install', async (t) => {
  const missing = () => Promise.reject(new Error("Cannot find package 'prom-client'"));
  await t.throwsAsync(loadPromClient(missing), {
    code: 'ERR_METRICS_NO_PROM_CLIENT',
    message: /npm install prom-client/,
  });
});
