import test from 'ava';
import fc from 'fast-check';
import { ConnectionMachine, type MachineEvent, type MachineOptions } from '../../../src/ovsdb/connection/machine.js';

const OPTIONS: MachineOptions = {
  connectTimeout: () => 10,
  checkTimeout: 100,
  minBackoff: 1000,
  maxBackoff: 8000,
  shuffle: false,
};

/** A machine with its clock; `random` at its highest makes each pause just the backoff. */
function machine(remotes = ['a'], options: Partial<MachineOptions> = {}, random = () => 1 - Number.EPSILON) {
  const subject = new ConnectionMachine(remotes, { ...OPTIONS, ...options }, random);
  let now = 0;
  return {
    subject,
    at: () => now,
    pass(ms: number) {
      now += ms;
    },
    on: (event: MachineEvent['event']) => subject.on({ event }, now),
    /** Lets the time to the next deadline pass, and reports it. */
    tick() {
      now = subject.deadline as number;
      return subject.on({ event: 'tick' }, now);
    },
    setRemotes: (list: string[]) => subject.setRemotes(list, now),
    wait: () => Math.round((subject.deadline as number) - now),
  };
}

const DROP = { order: 'drop', late: false } as const;
const open = (remote: string) => ({ order: 'open', remote }) as const;

test('goes from stopped to ready, with a deadline for each step', (t) => {
  const m = machine();
  t.is(m.subject.state, 'stopped');
  t.is(m.subject.deadline, undefined);
  t.deepEqual(m.on('start'), open('a'));
  t.is(m.subject.state, 'connecting');
  t.is(m.subject.remote, 'a');
  t.is(m.wait(), 10);
  t.is(m.on('connected'), undefined);
  t.is(m.subject.state, 'checking');
  t.is(m.wait(), 100);
  t.is(m.on('accepted'), undefined);
  t.is(m.subject.state, 'ready');
  t.is(m.subject.deadline, undefined);
});

for (const [state, steps] of [
  ['connecting', ['start']],
  ['checking', ['start', 'connected']],
] as const) {
  for (const event of ['failed', 'refused'] as const) {
    test(`${state}, ${event}: drops the stream and backs off`, (t) => {
      const m = machine();
      for (const step of steps) m.on(step);
      t.deepEqual(m.on(event), DROP);
      t.is(m.subject.state, 'backoff');
      t.is(m.subject.remote, undefined);
      t.true(m.subject.roundIsOver);
      t.is(m.wait(), 1000);
      t.deepEqual(m.tick(), open('a'));
    });
  }

  test(`${state}, deadline: drops the stream, and says that it was late`, (t) => {
    const m = machine();
    for (const step of steps) m.on(step);
    const deadline = m.subject.deadline as number;
    t.is(m.subject.on({ event: 'tick' }, deadline - 1), undefined, 'a tick that comes early changes nothing');
    t.is(m.subject.state, state);
    t.deepEqual(m.tick(), { order: 'drop', late: true });
    t.is(m.subject.state, 'backoff');
  });
}

for (const event of ['failed', 'refused'] as const) {
  test(`ready, ${event}: tries again at once, the other remotes first`, (t) => {
    const m = machine(['a', 'b', 'c']);
    m.on('start');
    m.on('connected');
    m.on('accepted');
    m.pass(5000);
    t.deepEqual(m.on(event), DROP);
    t.is(m.wait(), 0);
    t.deepEqual(m.tick(), open('b'));
    m.on('failed');
    t.deepEqual(m.tick(), open('c'));
    m.on('failed');
    t.deepEqual(m.tick(), open('a'), 'the one just lost comes last');
    m.on('failed');
    t.is(m.wait(), 1000);
  });
}

test('a round tries each remote once in the order given, without a pause; then there is one', (t) => {
  const m = machine(['a', 'b']);
  t.deepEqual(m.on('start'), open('a'));
  m.on('failed');
  t.false(m.subject.roundIsOver);
  t.is(m.wait(), 0);
  t.deepEqual(m.tick(), open('b'));
  m.on('failed');
  t.true(m.subject.roundIsOver);
  t.is(m.wait(), 1000);
  t.deepEqual(m.tick(), open('a'));
});

test('in a pause only a tick opens the next stream: what else comes is late news', (t) => {
  const m = machine();
  m.on('start');
  m.on('failed');
  m.pass(1000);
  for (const event of ['start', 'connected', 'accepted', 'refused', 'failed'] as const) {
    t.is(m.on(event), undefined);
    t.is(m.subject.state, 'backoff');
  }
  t.deepEqual(m.on('tick'), open('a'));
});

test('the pause doubles from the shortest to the longest', (t) => {
  const m = machine();
  m.on('start');
  const pauses = Array.from({ length: 6 }, () => {
    m.on('failed');
    const pause = m.wait();
    m.tick();
    return pause;
  });
  t.deepEqual(pauses, [1000, 2000, 4000, 8000, 8000, 8000]);
});

test('jitter takes up to half of the pause away, and no more', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
      const m = machine(['a'], {}, () => random);
      m.on('start');
      m.on('failed');
      const pause = (m.subject.deadline as number) - m.at();
      t.true(pause >= 500 && pause <= 1000);
    }),
  );
  const [least, most] = [0, 1 - Number.EPSILON].map((random) => {
    const m = machine(['a'], {}, () => random);
    m.on('start');
    m.on('failed');
    return m.wait();
  });
  t.deepEqual([least, most], [500, 1000]);
});

test('a session that lasts earns a fresh start; one that is short-lived does not spin', (t) => {
  const m = machine();
  m.on('start');
  const flap = (lasts: number) => {
    m.on('connected');
    m.on('accepted');
    m.pass(lasts);
    t.deepEqual(m.on('failed'), DROP);
    const pause = m.wait();
    m.tick();
    return pause;
  };
  t.deepEqual([1, 1, 1, 1, 1].map(flap), [1000, 2000, 4000, 8000, 8000]);
  t.is(flap(7999), 8000, 'shorter than the pause before it');
  t.is(flap(8000), 0);
  m.on('failed');
  t.is(m.wait(), 1000, 'and the pauses begin anew');
});

test('shuffled, every order comes, and each remote has its turn in a round', (t) => {
  const orders = new Set<string>();
  for (let run = 0; run < 500; run++) {
    const m = machine(['a', 'b', 'c'], { shuffle: true }, Math.random);
    m.on('start');
    const order = [m.subject.remote];
    while (!m.subject.roundIsOver) {
      m.on('failed');
      m.tick();
      order.push(m.subject.remote);
    }
    t.deepEqual([...order].sort(), ['a', 'b', 'c']);
    orders.add(order.join(''));
  }
  t.is(orders.size, 6);
});

test('setRemotes keeps a connection to a remote that is still named, and drops another', (t) => {
  const m = machine(['a', 'b']);
  m.on('start');
  m.on('connected');
  m.on('accepted');
  m.pass(5000);
  t.is(m.setRemotes(['c', 'a']), undefined);
  t.is(m.subject.state, 'ready');
  t.deepEqual(m.setRemotes(['c', 'd']), DROP);
  t.is(m.subject.state, 'backoff');
  t.deepEqual(m.tick(), open('c'));
  m.on('failed');
  t.deepEqual(m.tick(), open('d'));
  m.on('failed');
  t.true(m.subject.roundIsOver);
});

test('setRemotes ends a pause, and gives new remotes a turn in the round that runs', (t) => {
  const m = machine(['a']);
  m.on('start');
  m.on('failed');
  t.is(m.wait(), 1000);
  t.is(m.setRemotes(['b']), undefined);
  t.false(m.subject.roundIsOver);
  t.is(m.wait(), 0);
  t.deepEqual(m.tick(), open('b'));
  t.is(m.setRemotes(['b', 'c']), undefined, 'the attempt goes on');
  m.on('failed');
  t.deepEqual(m.tick(), open('c'));
});

test('setRemotes before the start and after the end does nothing but that', (t) => {
  const m = machine(['a']);
  t.is(m.setRemotes(['b']), undefined);
  t.is(m.subject.state, 'stopped');
  t.deepEqual(m.on('start'), open('b'));
  m.on('close');
  t.is(m.setRemotes(['c']), undefined);
  t.is(m.subject.state, 'closed');
});

test('close ends it from every state, and nothing begins it again', (t) => {
  const paths: MachineEvent['event'][][] = [
    [],
    ['start'],
    ['start', 'failed'],
    ['start', 'connected'],
    ['start', 'connected', 'accepted'],
  ];
  for (const path of paths) {
    const m = machine();
    for (const event of path) m.on(event);
    const busy = m.subject.remote !== undefined;
    t.deepEqual(m.on('close'), busy ? DROP : undefined, path.join());
    t.is(m.subject.state, 'closed');
    t.is(m.subject.deadline, undefined);
    for (const event of ['start', 'connected', 'accepted', 'refused', 'failed', 'tick', 'close'] as const) {
      t.is(m.on(event), undefined);
      t.is(m.subject.state, 'closed');
    }
  }
});

const event = fc.constantFrom<MachineEvent['event']>('start', 'connected', 'accepted', 'refused', 'failed', 'tick');
const remotes = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ event, pass: fc.nat(20_000) }) },
  { weight: 1, arbitrary: fc.record({ remotes, pass: fc.nat(20_000) }) },
);

test('no sequence of events leaves it with nothing to wait for', (t) => {
  const property = fc.property(remotes, fc.boolean(), fc.array(step, { maxLength: 60 }), (list, shuffle, steps) => {
    const m = new ConnectionMachine(list, { ...OPTIONS, shuffle });
    let now = 0;
    let tries = 0;
    const started = (order: ReturnType<typeof m.on>) => {
      if (order?.order === 'open') tries++;
      return order;
    };
    started(m.on({ event: 'start' }, now));
    for (const { pass, ...what } of steps) {
      now += pass;
      const before = m.remote;
      const order = 'event' in what ? started(m.on(what, now)) : m.setRemotes(what.remotes, now);
      // It leaves a stream by an order to drop it, and takes one up by an order to open it.
      t.is(before !== undefined && m.remote !== before, order?.order === 'drop');
      t.is(before === undefined && m.remote !== undefined, order?.order === 'open');
      t.true(m.remote === undefined || m.remotes.includes(m.remote));
      if (m.state !== 'ready') t.is(typeof m.deadline, 'number', m.state);
    }
    // And ticks alone bring it to try every remote again.
    if (m.state === 'ready') return;
    const limit = tries + 2 * m.remotes.length;
    for (let ticks = 0; tries < limit; ticks++) {
      t.true(ticks < 4 * limit + 8);
      now = Math.max(now, m.deadline as number);
      started(m.on({ event: 'tick' }, now));
    }
  });
  t.notThrows(() => fc.assert(property, { numRuns: 500 }));
});
