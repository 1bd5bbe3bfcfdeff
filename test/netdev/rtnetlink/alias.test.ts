import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { makeLinks } from '../../../src/netdev/creation.js';
import type { LinkSpec } from '../../../src/netdev/index.js';
import {
  createBridge,
  createLinks,
  createMacvtap,
  createVethPair,
  deleteLinks,
  enterPrivateNetwork,
  getLink,
  getLinkDetails,
  linkExists,
  listLinkDetails,
  listLinks,
} from '../../../src/netdev/index.js';
import { until } from '../../support/processes.js';
import { needsRoot } from '../../support/root.js';
import { run } from './support.js';

const rootTest = needsRoot(test).serial;
rootTest.before(() => enterPrivateNetwork());

const aliasOf = async (device: string) => (await getLinkDetails(device)).alias;

rootTest('links of each kind are made with their alias, of a pair each end with its own', async (t) => {
  await createBridge('br0', { alias: 'one', up: true });
  await createVethPair('a0', { name: 'a1', alias: 'peer', up: true }, { alias: 'here', master: 'br0' });
  await createVethPair('b0', { name: 'b1', alias: 'only the peer' });
  await createMacvtap('v5', 'a1', { alias: 'Müller & Co' });
  t.deepEqual(await Promise.all(['br0', 'a0', 'a1', 'b0', 'b1', 'v5'].map(aliasOf)), [
    'one',
    'here',
    'peer',
    null,
    'only the peer',
    'Müller & Co',
  ]);
  t.true(getLink('a1').up);
  for (const [what, alias] of [
    ['long', 'x'.repeat(256)],
    ['zero', 'a\0b'],
  ] as const) {
    await t.throwsAsync(createBridge(what, { alias }), { code: 'ERR_INVALID_ARGUMENT', message: /alias/ });
    t.false(linkExists(what));
  }
});

rootTest('a device of that name that is there keeps its alias, or has none', async (t) => {
  run('ip', 'link', 'add', 'c0', 'type', 'bridge');
  run('ip', 'link', 'set', 'c0', 'alias', 'theirs');
  await t.throwsAsync(createBridge('c0', { alias: 'ours' }), { code: 'ERR_NETDEV_EXISTS' });
  t.is(await aliasOf('c0'), 'theirs');
  // The other end is there: neither is made.
  await t.throwsAsync(createVethPair('d0', { name: 'c0', alias: 'ours' }, { alias: 'ours' }), {
    code: 'ERR_NETDEV_EXISTS',
  });
  t.false(linkExists('d0'));
  t.is(await aliasOf('c0'), 'theirs');
});

rootTest('an index that some link has is not taken, nor is that link given the alias', async (t) => {
  const { index } = getLink('c0');
  const picks = [index, 1_200_000_001, index, 1_200_000_002];
  const pick = () => picks.shift() as number;
  t.deepEqual(await makeLinks([{ kind: 'bridge', name: 'e0', alias: 'ours' }], pick), [undefined]);
  t.like(await getLinkDetails('e0'), { alias: 'ours', index: 1_200_000_001 });
  t.is(await aliasOf('c0'), 'theirs');
});

rootTest('many pairs at once, more than one datagram takes', async (t) => {
  const specs = Array.from(
    { length: 150 },
    (_, i): LinkSpec => ({
      kind: 'veth',
      name: `m${i}`,
      ...(i % 3 === 0 ? {} : { alias: `m${i}` }),
      peer: { name: `n${i}`, ...(i % 2 === 0 ? {} : { alias: `n${i}` }) },
    }),
  );
  run('ip', 'link', 'add', 'n70', 'type', 'bridge');
  const failed = (await createLinks(specs)).filter(({ error }) => error);
  t.deepEqual(
    failed.map(({ device, error }) => [device, error?.code]),
    [['m70', 'ERR_NETDEV_EXISTS']],
  );
  const aliases = new Map((await listLinkDetails()).map(({ name, alias }) => [name, alias]));
  for (const { name, alias, ...rest } of specs.filter(({ name }) => name !== 'm70')) {
    const { peer } = rest as { peer: { name: string; alias?: string } };
    t.is(aliases.get(name), alias ?? null);
    t.is(aliases.get(peer.name), peer.alias ?? null);
  }
  t.is(aliases.get('n70'), null);
  await deleteLinks([...specs.map(({ name }) => name), 'n70'], { ifExists: true });
});

rootTest('a process that is killed while it makes links leaves none without its alias', async (t) => {
  const before = new Set(listLinks());
  const program = `import('${new URL('../../../src/netdev/index.js', import.meta.url)}').then(async (netdev) => {
    const specs = Array.from({ length: 200 }, (_, i) => ({
      kind: 'veth', name: 'k' + i, alias: 'ours', peer: { name: 'l' + i, alias: 'ours' },
    }));
    await netdev.createLinks(specs);
    setInterval(() => {}, 1000);
  })`;
  const left: number[] = [];
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = once(child, 'exit');
    const some = Math.random() * 200;
    t.teardown(() => child.kill('SIGKILL'));
    await until('links are made', () => listLinks().length > before.size + some);
    child.kill('SIGKILL');
    await ended;
    const links = (await listLinkDetails()).filter(({ name }) => !before.has(name));
    t.deepEqual(
      links.filter(({ alias }) => alias !== 'ours').map(({ name }) => name),
      [],
    );
    left.push(links.length);
    await deleteLinks(links.map(({ name }) => name));
  }
  t.log(`${left.join(', ')} links left behind of 400, all with their alias`);
});
