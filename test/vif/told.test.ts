import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import test from 'ava';
import type { PlugMessage } from '../../src/vif/index.js';
import { told } from '../../src/vif/told.js';

test.serial('the channel ovskit:plug tells of each plug, and of nothing when nobody listens', async (t) => {
  const messages: PlugMessage[] = [];
  const listener = (message: unknown) => void messages.push(message as PlugMessage);
  const failure = new Error('no');
  t.deepEqual(await told('plug', 1, async () => ({ changed: true })), { changed: true });
  subscribe('ovskit:plug', listener);
  t.deepEqual(await told('plug', 2, async () => ({ changed: false })), { changed: false });
  await t.throwsAsync(
    told('unplug', 3, () => Promise.reject(failure)),
    { is: failure },
  );
  unsubscribe('ovskit:plug', listener);
  await told('plug', 4, async () => ({ changed: true }));
  t.is(messages.length, 2);
  t.like(messages[0], { direction: 'plug', request: 2, changed: false, error: undefined });
  t.like(messages[1], { direction: 'unplug', request: 3, changed: undefined, error: failure });
  t.true(messages.every(({ ms }) => ms >= 0));
});
