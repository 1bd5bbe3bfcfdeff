import test from 'ava';
import type { Change, Step } from '../../../src/plan/index.js';
import { parseFacts, parseRecords, planReconfigure } from '../../../src/reconfigure/index.js';
import { hostDocument } from '../host.js';
import { settledBut } from './settled.js';

/** The host, with just these PIFs attached. */
function recordsWith(attached: readonly string[]) {
  const document = hostDocument();
  for (const [name, pif] of Object.entries(document.pifs)) {
    Object.assign(pif, { currently_attached: attached.includes(name) });
  }
  return parseRecords(document);
}

function down(pif: string, attached: readonly string[], differences: Parameters<typeof settledBut>[0] = {}) {
  const { plan, log } = planReconfigure(recordsWith(attached), { down: pif }, parseFacts(settledBut(differences)));
  return { steps: plan.steps, messages: log.map(({ message }) => message).join('\n') };
}

const transaction = (...changes: Change[]): Step => ({ kind: 'transaction', changes, waitForVswitchd: true });
const deleteBridge = (bridge: string): Change => ({ change: 'delete-bridge', bridge, ifExists: true });
const linkDown = (device: string): Step => ({ kind: 'set-link-down', device, ifExists: true });

test('a card goes down with its bridge, but for an attached VLAN', (t) => {
  t.deepEqual(down('eth0', []).steps, [linkDown('eth0'), transaction(deleteBridge('xenbr0'))]);
  const { steps, messages } = down('eth0', ['eth0.5']);
  t.deepEqual(steps, []);
  t.regex(messages, /leaving datapath xenbr0 up, for its VLANs 5 are attached/);
});

test('a bond goes down with all its cards', (t) => {
  const { steps } = down('bond0', []);
  t.deepEqual(steps, [linkDown('eth1'), linkDown('eth2'), transaction(deleteBridge('xapi0'))]);
});

test('a VLAN goes down with the bridge below it, unless that or another VLAN on it is attached', (t) => {
  t.deepEqual(down('bond0.5', []).steps, [
    linkDown('eth1'),
    linkDown('eth2'),
    transaction(deleteBridge('xapi6'), deleteBridge('xapi0')),
  ]);
  t.deepEqual(down('bond0.5', ['bond0']).steps, [transaction(deleteBridge('xapi6'))]);
  t.deepEqual(down('bond0.5', ['bond0.5']).steps.length, 3, 'that it is attached itself is no reason');
});

test('what is down or not there already is left alone', (t) => {
  const without = { 'bridges.xenbr0': undefined, 'netdevs.eth0': { up: false } };
  t.deepEqual(down('eth0', [], without).steps, []);
  const { steps, messages } = down('eth0', [], { 'bridges.xenbr0': undefined, 'netdevs.eth0': undefined });
  t.deepEqual(steps, []);
  t.regex(messages, /device eth0 does not exist, ignoring/);
});

test('a port by the name of the bridge goes with it', (t) => {
  const port = { 'ports.xenbr0': { bridge: 'br', interfaces: ['xenbr0'] } };
  t.deepEqual(down('eth0', [], port).steps.at(-1), {
    kind: 'transaction',
    changes: [{ change: 'delete-port', port: 'xenbr0', ifExists: true, withInterface: true }, deleteBridge('xenbr0')],
    waitForVswitchd: true,
  });
});

test('rewrite: of attached PIFs that are no VLANs, and whose bridge names other networks', (t) => {
  const rewrite = (differences: Parameters<typeof settledBut>[0], attached = ['eth0', 'eth0.5']) => {
    const facts = parseFacts(settledBut(differences));
    const { plan, log } = planReconfigure(recordsWith(attached), { rewrite: true }, facts);
    return { steps: plan.steps, messages: log.map(({ message }) => message).join('\n') };
  };
  t.deepEqual(rewrite({}), { steps: [], messages: '' });
  t.deepEqual(rewrite({ 'bridges.xenbr0': { network_uuids: '' }, 'bridges.xapi5': {} }).steps, [
    transaction({
      change: 'set-bridge-external-id',
      bridge: 'xenbr0',
      key: 'xs-network-uuids',
      value: 'network-xenbr0;network-xapi5',
    }),
  ]);
  const none = rewrite({}, []);
  t.deepEqual(none.steps, []);
  t.regex(none.messages, /of no PIF that it is attached: there is nothing to rewrite/);
});

test('without a database, as during shutdown, a rewrite has nothing to do, and the rest is an error', (t) => {
  const shutdown = parseFacts({ netdevs: {}, db_sock: false });
  const records = parseRecords(hostDocument());
  const { plan, log } = planReconfigure(records, { rewrite: true }, shutdown);
  t.deepEqual(plan.steps, []);
  t.regex(log[0]?.message ?? '', /no database now, as when the machine shuts down/);
  t.throws(() => planReconfigure(records, { down: 'eth0' }, shutdown), { message: /its socket is missing/ });
});
