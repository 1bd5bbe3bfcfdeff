import test from 'ava';
import { LinkMonitor } from '../../../src/netdev/events/monitor.js';
import type { EventSource } from '../../../src/netdev/events/socket.js';
import type { Change } from '../../../src/netdev/events/table.js';
import type { NativeMessage } from '../../../src/netdev/native.js';

const header = { sequence: 0, interrupted: false, removed: false, error: 0 };
const end = (sequence: number, more: Partial<NativeMessage> = {}) =>
  ({ ...header, type: 'done', sequence, ...more }) as NativeMessage;
const lost: NativeMessage = { ...header, type: 'lost' };

function link(index: number, more: object = {}): NativeMessage {
  const rest = { flags: 1, name: `eth${index}`, mtu: 1500, mac: null, operationalState: 6, kind: '' };
  const numbers = { master: 0, parent: 0, group: 0, txQueueLength: 1000 };
  return { ...header, type: 'link', index, ...rest, ...numbers, ...more } as NativeMessage;
}

function address(index: number, text: string, more: object = {}): NativeMessage {
  const rest = { family: 2, prefixLength: 24, scope: 0, flags: 0, label: '' };
  return { ...header, type: 'address', index, address: text, ...rest, ...more } as NativeMessage;
}

/** A monitor whose kernel says what the test does. */
function scripted() {
  const asked: string[] = [];
  const told: string[] = [];
  const inbox: NativeMessage[] = [];
  let failure: Error | undefined;
  let readable = () => {};
  const source: EventSource = {
    requestDump: (of, sequence) => void asked.push(`${of} ${sequence}`),
    read: () => {
      if (failure) throw failure;
      return inbox.splice(0);
    },
    close: () => void asked.push('close'),
  };
  const monitor = new LinkMonitor((onReadable) => {
    readable = onReadable;
    return source;
  });
  const subscriber = {
    onChanges: (changes: readonly Change[]) => {
      for (const { key, old, new: now } of changes) told.push(`${old ? (now ? '~' : '-') : '+'}${key}`);
    },
    onWhole: () => void told.push('whole'),
    onError: (error: unknown) => void told.push(`error ${(error as Error).message}`),
  };
  monitor.subscribe(subscriber);
  return {
    monitor,
    asked,
    told,
    subscriber,
    inbox,
    say: (...messages: NativeMessage[]) => {
      inbox.push(...messages);
      readable();
    },
    fail: (error: Error) => {
      failure = error;
      readable();
    },
  };
}

/** One with two links and an address, all told. */
function settled() {
  const script = scripted();
  script.say(link(1), link(2), end(1));
  script.say(address(2, '192.0.2.1'), end(2));
  script.told.length = 0;
  script.asked.length = 0;
  return script;
}

test('links are listed, then addresses; only then is it whole', (t) => {
  const { monitor, asked, told, say } = scripted();
  say(link(1, { sequence: 1 }));
  say(end(1));
  t.false(monitor.whole);
  say(address(1, '192.0.2.1', { sequence: 2 }), end(2), link(1, { mtu: 9000 }));
  t.true(monitor.whole);
  t.deepEqual(asked, ['links 1', 'addresses 2']);
  t.deepEqual(told, ['+link 1', '+address 1 192.0.2.1/24', 'whole', '~link 1']);
});

test('a message that tells nothing new is told to nobody', (t) => {
  const { told, say } = settled();
  say(link(1), address(2, '192.0.2.1'), link(9, { removed: true }), address(1, '192.0.2.9', { removed: true }));
  t.deepEqual(told, []);
});

test('after a loss all is listed anew, and what has gone is swept', (t) => {
  const { monitor, asked, told, say } = settled();
  say(lost);
  t.false(monitor.whole);
  say(link(1, { sequence: 3 }), link(3, { sequence: 3 }), end(3), end(4));
  t.deepEqual(asked, ['links 3', 'addresses 4']);
  t.deepEqual(told, ['+link 3', '-address 2 192.0.2.1/24', '-link 2', 'whole']);
});

test('an address that has gone unseen is swept too', (t) => {
  const { told, say } = settled();
  say(lost, link(1), link(2), end(3), end(4));
  t.deepEqual(told, ['-address 2 192.0.2.1/24', 'whole']);
});

test('a list that was interrupted is had again before anything is swept', (t) => {
  const { asked, told, say } = settled();
  say(lost, link(1, { sequence: 3, interrupted: true }), end(3));
  t.deepEqual(asked, ['links 3', 'links 4']);
  say(link(1), link(2), end(4), end(5, { interrupted: true }));
  say(address(2, '192.0.2.1'), end(6));
  t.deepEqual(asked.slice(2), ['addresses 5', 'addresses 6']);
  t.deepEqual(told, ['whole']);
});

test('a loss during a list makes another one follow', (t) => {
  const { asked, told, say } = settled();
  say(lost, link(1), lost, end(3));
  t.deepEqual(asked, ['links 3', 'links 4']);
  say(link(1), link(2), end(4), lost, end(5));
  say(link(1), link(2), end(6), address(2, '192.0.2.1'), end(7));
  t.deepEqual(asked.slice(2), ['addresses 5', 'links 6', 'addresses 7']);
  t.deepEqual(told, ['whole']);
});

test('a link that comes while the list is on its way stays', (t) => {
  const { told, say } = settled();
  say(lost, link(1), link(2), link(5), end(3), address(2, '192.0.2.1'), end(4));
  t.deepEqual(told, ['+link 5', 'whole']);
});

test('the end of another list is none of ours', (t) => {
  const { monitor, say } = scripted();
  say(end(77));
  t.false(monitor.whole);
  say(end(1), end(2));
  t.true(monitor.whole);
});

test('names follow links, through swaps and removals', (t) => {
  const { monitor, say } = settled();
  say(link(1, { name: 'tmp' }), link(2, { name: 'eth1' }), link(1, { name: 'eth2' }));
  t.is(monitor.table.byName('eth1')?.index, 2);
  t.is(monitor.table.byName('eth2')?.index, 1);
  t.is(monitor.table.byName('tmp'), undefined);
  // A new link may have the name before the old one is heard to be gone.
  say(link(7, { name: 'eth2' }), link(1, { removed: true }));
  t.is(monitor.table.byName('eth2')?.index, 7);
});

test('a refusal and a failing read end it, once, for all', (t) => {
  const refused = scripted();
  refused.say({ ...header, type: 'error', sequence: 1, error: 13 });
  t.deepEqual(refused.told, ["error can't list the links: Permission denied (EACCES)"]);
  t.true(refused.monitor.closed);
  const failing = settled();
  failing.fail(new Error('no memory'));
  failing.fail(new Error('again'));
  t.deepEqual(failing.told, ['error no memory']);
  t.deepEqual(failing.asked, ['close']);
});

test('the last subscriber to leave closes it, also from within', (t) => {
  const { monitor, asked, subscriber, say, told } = settled();
  subscriber.onChanges = () => monitor.unsubscribe(subscriber);
  say(lost, link(3), end(3), end(4));
  t.true(monitor.closed);
  t.is(asked.at(-1), 'close');
  t.deepEqual(told, []);
  monitor.unsubscribe(subscriber);
  say(link(4));
  t.is(asked.filter((word) => word === 'close').length, 1);
});

test('a list that cannot even be asked for closes the socket', (t) => {
  let closed = false;
  const source: EventSource = {
    requestDump: () => {
      throw new Error('refused');
    },
    read: () => [],
    close: () => {
      closed = true;
    },
  };
  t.throws(() => new LinkMonitor(() => source), { message: 'refused' });
  t.true(closed);
});

test('one who has more read while being told is told that later, and so are all others', (t) => {
  const { monitor, told, say, inbox } = settled();
  const order: string[] = [];
  const subscriber = (name: string, act: () => void) => ({
    onChanges: (changes: readonly Change[]) => {
      order.push(...changes.map(({ new: now }) => `${name} ${(now as { mtu?: number } | undefined)?.mtu}`));
      act();
    },
    onWhole() {},
    onError() {},
  });
  const late = [link(1, { mtu: 1200 })];
  const readMore = () => {
    inbox.push(...late.splice(0));
    monitor.catchUp();
  };
  monitor.subscribe(subscriber('first', readMore));
  monitor.subscribe(subscriber('second', () => {}));
  say(link(1, { mtu: 1300 }));
  t.deepEqual(order, ['first 1300', 'second 1300', 'first 1200', 'second 1200']);
  t.deepEqual(told, ['~link 1', '~link 1']);
});

test('a list that the kernel refuses fails with the code and the text of its errno', (t) => {
  const { monitor, asked, say, subscriber } = scripted();
  let error: unknown;
  subscriber.onError = (reason: unknown) => {
    error = reason;
  };
  say({ ...header, type: 'error', sequence: 1, error: 16 });
  t.like(error, { code: 'ERR_NETDEV_BUSY', errno: 'EBUSY', reason: 'Device or resource busy' });
  t.true(monitor.closed);
  t.deepEqual(asked, ['links 1', 'close']);
});
