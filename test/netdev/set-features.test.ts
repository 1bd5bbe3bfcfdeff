import { execFileSync } from 'node:child_process';
import test from 'ava';
import { enterPrivateNetwork, getFeatures, setFeatures } from '../../src/netdev/index.js';
import { featuresOf } from '../../src/netdev/offload-names.js';
import { needsRoot } from '../support/root.js';

const rootTest = needsRoot(test);
const run = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: 'utf8' });

rootTest.before(() => {
  enterPrivateNetwork();
  run('ip', 'link', 'add', 'ours', 'type', 'veth', 'peer', 'name', 'theirs');
});

/** What is on, by the kernel's name. */
const active = (device: string) =>
  Object.entries(getFeatures(device).features)
    .filter(([, feature]) => feature.active)
    .map(([name]) => name);

for (const name of ['rx', 'tx', 'sg', 'tso', 'gso', 'gro', 'rxvlan', 'txvlan', 'tx-udp-segmentation', 'highdma']) {
  rootTest.serial(`${name}, off and on, does what ethtool -K does`, async (t) => {
    for (const state of ['off', 'on']) {
      const before = active('ours');
      const { changed, refused } = await setFeatures('ours', { [name]: state === 'on' });
      // A peer of the same kind, and the same command to ethtool(8).
      try {
        run('ethtool', '-K', 'theirs', name, state);
      } catch (error) {
        t.true(refused.length > 0, String(error));
      }
      t.deepEqual(active('ours'), active('theirs'));
      const after = active('ours');
      const differ = [...before.filter((one) => !after.includes(one)), ...after.filter((one) => !before.includes(one))];
      t.deepEqual(Object.keys(changed).sort(), differ.sort());
      for (const [feature, on] of Object.entries(changed)) t.is(after.includes(feature), on);
    }
  });
}

rootTest.serial('several at once; a feature that is named itself goes before its short name', async (t) => {
  await setFeatures('ours', { tso: true });
  const { changed, refused } = await setFeatures('ours', { 'tx-tcp6-segmentation': true, tso: false, gro: true });
  t.true(getFeatures('ours').features['tx-tcp6-segmentation']?.active);
  t.is(changed['tx-tcp-segmentation'], false);
  t.deepEqual(refused, []);
  const again = await setFeatures('ours', { tso: false, 'tx-tcp6-segmentation': true, gro: true });
  t.deepEqual(again, { changed: {}, refused: [] });
  await setFeatures('ours', { 'tcp-segmentation-offload': true });
  t.true(getFeatures('ours').features['tx-tcp-segmentation']?.active);
});

rootTest.serial('what cannot be changed is named, if it is not as asked already', async (t) => {
  t.deepEqual(await setFeatures('ours', { lro: true, ufo: true, ntuple: true }), {
    changed: {},
    refused: ['lro', 'ufo', 'ntuple'],
  });
  t.deepEqual(await setFeatures('ours', { lro: false, ufo: false, 'rx-fcs': false }), {
    changed: {},
    refused: [],
  });
  t.deepEqual((await setFeatures('ours', { 'rx-fcs': true })).refused, ['rx-fcs']);
  // One that hangs on another: without scatter-gather the kernel keeps TSO off, and remembers the wish.
  await setFeatures('ours', { sg: false });
  t.deepEqual((await setFeatures('ours', { 'tx-tcp-segmentation': true })).refused, ['tx-tcp-segmentation']);
  await setFeatures('ours', { sg: true });
});

rootTest.serial('what there is not is an error that names it, and nothing is changed', async (t) => {
  const before = active('ours');
  await t.throwsAsync(setFeatures('ours', { tso: false, 'tx-nosuch': true }), {
    code: 'ERR_INVALID_ARGUMENT',
    message: 'there is no feature "tx-nosuch": "ovskit netdev features ours" lists them',
  });
  // @ts-expect-error a word is neither on nor off
  await t.throwsAsync(setFeatures('ours', { tso: 'off' }), { code: 'ERR_INVALID_ARGUMENT', message: /"tso"/ });
  await t.throwsAsync(setFeatures('ours', { '': true }), { code: 'ERR_INVALID_ARGUMENT' });
  await t.throwsAsync(setFeatures('nope0', { tso: false }), { code: 'ERR_NETDEV_NO_DEVICE' });
  await t.throwsAsync(setFeatures('a/b', { tso: false }), { code: 'ERR_INVALID_ARGUMENT' });
  t.deepEqual(active('ours'), before);
});

test('short names stand for what ethtool(8) takes them for', (t) => {
  const known = ['tx-checksum-ipv4', 'tx-checksum-sctp', 'tx-tcp6-segmentation', 'tx-udp-segmentation', 'rx-gro', ''];
  t.deepEqual(featuresOf('tx', known), ['tx-checksum-ipv4', 'tx-checksum-sctp']);
  t.deepEqual(featuresOf('tso', known), ['tx-tcp6-segmentation']);
  t.deepEqual(featuresOf('generic-receive-offload', known), ['rx-gro']);
  t.deepEqual(featuresOf('lro', known), []);
  t.deepEqual(featuresOf('', known), []);
});
