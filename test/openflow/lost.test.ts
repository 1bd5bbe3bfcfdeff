import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import test from 'ava';
import { OpenFlow } from '../../src/openflow/index.js';
import { encodeMessage, Framer, type Message, Type } from '../../src/openflow/message.js';
import { withFakeServer } from '../support/fake-server.js';
import { temporaryDirectory } from '../support/ovsdb-server.js';
import { withSandbox } from '../support/sandbox.js';

type Peer = (socket: Socket) => void;

const hello = encodeMessage(Type.HELLO, 1);

/** Greets, and answers each request that follows by what `answer` says. */
const answering =
  (answer: (message: Message, socket: Socket) => Buffer | undefined): Peer =>
  (socket) => {
    const framer = new Framer();
    socket.write(hello);
    socket.on('data', (chunk) => {
      for (const message of framer.push(chunk)) {
        const reply = answer(message, socket);
        if (reply) socket.write(reply);
      }
    });
  };

const flow = { priority: 1, actions: [] };

test('a connection lost before the barrier: the outcome of a change is unknown, a read is just lost', async (t) => {
  const remote = await withFakeServer(
    t,
    answering(({ type }, socket) => {
      if (type === Type.BARRIER_REQUEST) socket.destroy();
      return undefined;
    }),
  );
  const of = await OpenFlow.connect(remote);
  const read = of.dumpFlows();
  const change = of.addFlow(flow);
  await t.throwsAsync(change, {
    code: 'ERR_OPENFLOW_OUTCOME_UNKNOWN',
    message: /^add flow priority=1,actions=drop: the switch may have done it or not: .*closed the connection$/,
  });
  await t.throwsAsync(read, { code: 'ERR_OPENFLOW_CONNECTION_LOST', message: /^dump flows: / });
  await t.throwsAsync(of.addFlow(flow), { code: 'ERR_OPENFLOW_CONNECTION_LOST' }, 'it was not sent');
  await of.close();
});

test('a switch that does not answer: the deadline and the signal of each call end it', async (t) => {
  const remote = await withFakeServer(
    t,
    answering(() => undefined),
  );
  await using of = await OpenFlow.connect(remote);
  const abort = new AbortController();
  const calls = [
    t.throwsAsync(of.addFlow(flow, { timeout: 20 }), { code: 'ERR_TIMEOUT', message: /^add flow .*: not confirmed/ }),
    t.throwsAsync(of.dumpFlows({}, { timeout: 20 }), { code: 'ERR_TIMEOUT', message: /^dump flows: no answer/ }),
    t.throwsAsync(of.barrier({ signal: abort.signal }), { code: 'ERR_ABORTED' }),
    t.throwsAsync(of.deleteFlows({}, { signal: abort.signal }), { code: 'ERR_ABORTED' }),
    t.throwsAsync(of.echo({ signal: AbortSignal.abort() }), { code: 'ERR_ABORTED' }),
  ];
  abort.abort();
  await Promise.all(calls);
  const silent = await withFakeServer(t, () => {});
  await t.throwsAsync(OpenFlow.connect(silent, { timeout: 20 }), { code: 'ERR_TIMEOUT' });
  await t.throwsAsync(OpenFlow.connect(silent, { signal: AbortSignal.abort() }), { code: 'ERR_ABORTED' });
});

test('close ends what waits', async (t) => {
  const remote = await withFakeServer(
    t,
    answering(() => undefined),
  );
  const of = await OpenFlow.connect(remote);
  const waiting = [of.addFlow(flow), of.ports()].map((call) => t.throwsAsync(call, { code: 'ERR_OPENFLOW_CLOSED' }));
  await of.close();
  await Promise.all(waiting);
  await t.throwsAsync(of.addFlow(flow), { code: 'ERR_OPENFLOW_CLOSED' });
  await of.close();
});

test('an error that comes before the barrier is of the change whose number it has', async (t) => {
  let refused: number | undefined;
  const remote = await withFakeServer(
    t,
    answering(({ type, xid, body }) => {
      // The second flow; the first message of this type is about tables.
      if (type === Type.VENDOR && body.readUInt32BE(4) === 13 && body.readUInt16BE(22) === 2) refused = xid;
      if (type !== Type.BARRIER_REQUEST) return undefined;
      const error = encodeMessage(Type.ERROR, refused!, Buffer.from('00030000', 'hex'));
      return Buffer.concat([error, encodeMessage(Type.BARRIER_REPLY, xid)]);
    }),
  );
  await using of = await OpenFlow.connect(remote);
  const add = (priority: number) => of.addFlow({ priority, actions: [] });
  const [first, second, third] = await Promise.allSettled([add(1), add(2), add(3)]);
  t.is(first?.status, 'fulfilled');
  t.is(third?.status, 'fulfilled');
  t.like((second as PromiseRejectedResult).reason, { code: 'ERR_OPENFLOW_REFUSED', reason: 'OFPFMFC_TABLE_FULL' });
});

test('a peer that is no switch: each kind of nonsense is an error, and nothing waits for ever', async (t) => {
  const greet = async (bytes: string) => {
    const remote = await withFakeServer(t, (socket) => socket.write(Buffer.from(bytes, 'hex')));
    return OpenFlow.connect(remote);
  };
  await t.throwsAsync(greet('0100000000000001'), { code: 'ERR_OPENFLOW_PROTOCOL' }, 'a length of 0');
  await t.throwsAsync(greet('0105000800000001'), { code: 'ERR_OPENFLOW_PROTOCOL' }, 'no hello');
  await t.throwsAsync(greet('0000000800000001'), { code: 'ERR_OPENFLOW_VERSION' }, 'version 0');
  await t.throwsAsync(greet('040000100000000100010008000000f0'), { code: 'ERR_OPENFLOW_VERSION' }, 'a bitmap');
  await t.throwsAsync(greet('0401000c0000000100000000'), { code: 'ERR_OPENFLOW_VERSION' }, 'incompatible');
  await (await greet('06000010000000010001000800000052')).close();
  const remote = await withFakeServer(t, (socket) => socket.end());
  await t.throwsAsync(OpenFlow.connect(remote), { code: 'ERR_OPENFLOW_CONNECT', message: /closed the connection/ });

  const answers: [(xid: number) => Buffer, string, code?: string][] = [
    [(xid) => encodeMessage(Type.BARRIER_REPLY, xid), 'another type'],
    [(xid) => encodeMessage(Type.STATS_REPLY, xid, Buffer.from('ffff', 'hex')), 'a truncated reply'],
    [(xid) => encodeMessage(Type.STATS_REPLY, xid, Buffer.alloc(20)), 'statistics of nobody'],
    [(xid) => encodeMessage(Type.ERROR, xid, Buffer.from('00', 'hex')), 'a truncated error'],
    [
      (xid) => Buffer.concat([Buffer.of(4), encodeMessage(Type.STATS_REPLY, xid).subarray(1)]),
      'another version',
      'ERR_OPENFLOW_CONNECTION_LOST',
    ],
  ];
  for (const [answer, what, code = 'ERR_OPENFLOW_PROTOCOL'] of answers) {
    const peer = await withFakeServer(
      t,
      answering(({ type, xid }) => (type === Type.STATS_REQUEST ? answer(xid) : undefined)),
    );
    await using of = await OpenFlow.connect(peer);
    const other = of.echo();
    const both = [
      t.throwsAsync(of.dumpFlows(), { code }, what),
      t.throwsAsync(other, { code: 'ERR_OPENFLOW_CONNECTION_LOST' }, what),
    ];
    await Promise.all(both);
  }
});

test('echoes are answered, and news that nobody asked for is let go', async (t) => {
  const news = new EventEmitter();
  const echoed = once(news, 'echo') as Promise<[Message]>;
  const remote = await withFakeServer(
    t,
    answering((message) => {
      if (message.type === Type.ECHO_REPLY) news.emit('echo', message);
      if (message.type !== Type.BARRIER_REQUEST) return undefined;
      const others = [10, 11, 12].map((type) => encodeMessage(type, 0, Buffer.alloc(30)));
      const late = encodeMessage(Type.BARRIER_REPLY, 0x7777);
      const echo = encodeMessage(Type.ECHO_REQUEST, 99, Buffer.from('abc'));
      return Buffer.concat([...others, late, echo, encodeMessage(Type.BARRIER_REPLY, message.xid)]);
    }),
  );
  await using of = await OpenFlow.connect(remote);
  await of.barrier();
  const [echo] = await echoed;
  t.like(echo, { xid: 99, body: Buffer.from('abc') });
});

test('a peer that asks for echoes and never reads ends the connection', async (t) => {
  const remote = await withFakeServer(t, (socket) => {
    socket.write(hello);
    const flood = encodeMessage(Type.ECHO_REQUEST, 1, Buffer.alloc(60_000));
    const more = () => {
      while (socket.writable && socket.write(flood));
      socket.once('drain', more);
    };
    socket.once('readable', more);
  });
  const of = await OpenFlow.connect(remote);
  await t.throwsAsync(of.barrier(), { code: 'ERR_OPENFLOW_CONNECTION_LOST', message: /does not read them/ });
});

test('ovs-vswitchd that hangs, and is killed then', async (t) => {
  const sandbox = await withSandbox(t);
  await sandbox.addBridge('br0');
  const { runDirectory, vswitchd } = sandbox;
  await using of = await OpenFlow.connect('br0', { runDirectory });
  await of.addFlow(flow);
  process.kill(vswitchd!.pid!, 'SIGSTOP');
  await t.throwsAsync(of.addFlow(flow, { timeout: 20 }), { code: 'ERR_TIMEOUT' });
  const changes = [of.addFlow(flow), of.deleteFlows()].map((change) =>
    t.throwsAsync(change, { code: 'ERR_OPENFLOW_OUTCOME_UNKNOWN' }),
  );
  await vswitchd!.kill();
  await Promise.all(changes);
  await t.throwsAsync(OpenFlow.connect('br0', { runDirectory }), {
    code: 'ERR_OPENFLOW_CONNECT',
    message: /ovs-vswitchd does not run/,
  });
});

test('a bridge that is not there, and what is no bridge', async (t) => {
  const runDirectory = await temporaryDirectory(t);
  await t.throwsAsync(OpenFlow.connect('br0', { runDirectory }), {
    code: 'ERR_OPENFLOW_CONNECT',
    message: `cannot connect to ${runDirectory}/br0.mgmt: there is no such socket: no bridge of that name, or ovs-vswitchd does not run`,
  });
  await t.throwsAsync(OpenFlow.connect(''), { code: 'ERR_INVALID_ARGUMENT' });
  await t.throwsAsync(OpenFlow.connect(`/${'x'.repeat(200)}`), { code: 'ERR_OPENFLOW_CONNECT' });
});
