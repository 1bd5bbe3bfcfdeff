import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import { createTap, deleteTap, enterPrivateNetwork, type LinkState, waitForLink } from '../../../src/netdev/index.js';
import { needsRoot } from '../../support/root.js';

const rootTest = needsRoot(test);
const ip = (...args: string[]) => execFileSync('ip', args);
const ipLater = promisify(execFile);

rootTest.beforeEach(() => enterPrivateNetwork());

rootTest.serial('one that is there is told at once, one that is not when it comes', async (t) => {
  t.like(await waitForLink('lo'), { name: 'lo', up: true });
  const waiting = waitForLink('va', (link): link is LinkState => link?.carrier === true);
  ip('link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb');
  ip('link', 'set', 'va', 'up');
  ip('link', 'set', 'vb', 'up');
  t.true((await waiting).carrier);
});

rootTest.serial('what was done before the call is known, in either direction', async (t) => {
  const holding = waitForLink('never0', undefined, { timeout: 2_000 });
  const absent = (link: LinkState | undefined) => link === undefined;
  for (let i = 0; i < 50; i++) {
    await createTap('tap0');
    await t.throwsAsync(waitForLink('tap0', absent, { timeout: 0 }), { code: 'ERR_TIMEOUT' });
    t.is((await waitForLink('tap0')).name, 'tap0');
    await deleteTap('tap0');
    t.is(await waitForLink('tap0', absent), undefined);
  }
  await t.throwsAsync(holding, { code: 'ERR_TIMEOUT', message: /never0/ });
});

rootTest.serial('two hundred at once, made behind our back', async (t) => {
  const names = Array.from({ length: 200 }, (_, i) => `b${i}`);
  // The kernel takes long for each that is deleted, and all the longer while others delete theirs.
  const options = { timeout: 60_000 };
  const waits = Promise.all(names.map((name) => waitForLink(name, undefined, options)));
  const batch = (lines: string[]) => ipLater('sh', ['-c', `echo '${lines.join('\n')}' | ip -batch -`]);
  const made = batch(names.map((name) => `link add ${name} type bridge`));
  const links = await waits;
  t.deepEqual(
    links.map(({ name }) => name),
    names,
  );
  await made;
  const gone = Promise.all(names.map((name) => waitForLink(name, (link) => link === undefined, options)));
  // A name is gone by a new one as by a deletion.
  await batch(names.map((name, i) => (i % 2 === 0 ? `link set ${name} name x${name}` : `link delete ${name}`)));
  t.true((await gone).every((link) => link === undefined));
});

rootTest.serial('a deadline, a signal and a predicate that throws each end the wait', async (t) => {
  await t.throwsAsync(waitForLink('no0', undefined, { timeout: 20 }), { code: 'ERR_TIMEOUT', message: /no0/ });
  const signal = AbortSignal.timeout(20);
  await t.throwsAsync(waitForLink('no0', undefined, { signal }), { code: 'ERR_ABORTED' });
  await t.throwsAsync(waitForLink('no0', undefined, { signal }), { code: 'ERR_ABORTED' });
  const fail = () => {
    throw new RangeError('of the predicate');
  };
  await t.throwsAsync(waitForLink('lo', fail), { instanceOf: RangeError });
});

test('what is no device name or no predicate is rejected', async (t) => {
  await t.throwsAsync(waitForLink('a/b'), { code: 'ERR_INVALID_ARGUMENT' });
  // @ts-expect-error a boolean is none
  await t.throwsAsync(waitForLink('lo', true), { code: 'ERR_INVALID_ARGUMENT' });
});

rootTest.serial('a wait that begins as the last one ends has a socket that lives', async (t) => {
  const first = waitForLink('wa0');
  // What is not there is only known when all that is there has been listed.
  await waitForLink('none0', (link) => link === undefined);
  ip('link', 'add', 'wa0', 'type', 'bridge');
  // Reads of wa0, which is all that the first waited for.
  const second = waitForLink('wb0', undefined, { timeout: 5_000 });
  t.is((await first).name, 'wa0');
  await ipLater('ip', ['link', 'add', 'wb0', 'type', 'bridge']);
  t.is((await second).name, 'wb0');
});

test('what is no signal is refused, and leaves nothing behind that keeps the process', async (t) => {
  const module = new URL('../../../src/netdev/index.js', import.meta.url).href;
  const script = `
    import { waitForLink, watchLinks } from '${module}';
    for (const call of [() => watchLinks({ signal: 5 }), () => waitForLink('none0', undefined, { signal: 5, timeout: 200 })]) {
      try { await call(); } catch (error) { console.log(error.code); }
    }`;
  const run = ipLater(process.execPath, ['--input-type=module', '--eval', script], { timeout: 20_000 });
  t.is((await run).stdout, 'ERR_INVALID_ARGUMENT\nERR_INVALID_ARGUMENT\n');
});
