import test from 'ava';
import fc from 'fast-check';
import { decodeActions, encodeActions } from '../../src/openflow/actions.js';
import { Reader, u16, u32 } from '../../src/openflow/bytes.js';
import { decodeError } from '../../src/openflow/error-names.js';
import { decodeFlowStatsReply, encodeAdd, encodeDelete, encodeFlowStatsRequest } from '../../src/openflow/flow.js';
import { type Flow, formatFlow, OpenFlowProtocolError } from '../../src/openflow/index.js';
import { decodeMatch, encodeMatch } from '../../src/openflow/match.js';
import { encodeMessage, Framer, type Message } from '../../src/openflow/message.js';
import { decodePorts } from '../../src/openflow/port.js';
import { match, tcpAction } from './flows.js';

const reader = (bytes: Uint8Array) => new Reader(Buffer.from(bytes), 'it');

test('a match comes back as it was', (t) => {
  fc.assert(
    fc.property(match, (it) => {
      t.deepEqual(decodeMatch(reader(encodeMatch(it))), it);
    }),
    { numRuns: 1000 },
  );
});

test('actions come back as they were', (t) => {
  fc.assert(
    fc.property(fc.array(tcpAction), (it) => {
      t.deepEqual(decodeActions(reader(encodeActions(it))), it);
    }),
    { numRuns: 1000 },
  );
});

test('what there is no word for comes back as it was, and can be sent again', (t) => {
  const bytes = encodeMatch({
    dlType: 'ipv6',
    others: [{ field: (1 << 7) | 19, value: 'fe80'.padEnd(32, '0'), masked: false }],
  });
  t.deepEqual(encodeMatch(decodeMatch(reader(bytes))), bytes);
  // resubmit(,3), and output:1.
  const actions = Buffer.from('ffff001000002320000efff8030000000000000800010000', 'hex');
  t.deepEqual(decodeActions(reader(actions)), [{ other: 'ffff001000002320000efff803000000' }, { output: 1 }]);
  t.deepEqual(encodeActions(decodeActions(reader(actions))), actions);
  // A field that is known, with a mask that our API can't say.
  const masked = decodeMatch(reader(Buffer.from('0000010400010001', 'hex')));
  t.deepEqual(masked, { others: [{ field: 0, value: '00010001', masked: true }] });
});

test('a mask of no bits is no field, one of all bits is none, and bits that it leaves out are not sent', (t) => {
  const canonical = (it: Flow['match']) => decodeMatch(reader(encodeMatch(it ?? {})));
  t.deepEqual(canonical({ dlSrc: 'fa:16:3e:00:00:01/00:00:00:00:00:00' }), {});
  t.deepEqual(canonical({ dlSrc: 'FA:16:3E:00:00:01/ff:ff:ff:ff:ff:ff' }), { dlSrc: 'fa:16:3e:00:00:01' });
  t.deepEqual(canonical({ dlType: 0x0800, nwSrc: '10.1.2.3/8' }), { dlType: 'ip', nwSrc: '10.0.0.0/8' });
  t.deepEqual(canonical({ dlType: 'ip', nwSrc: '10.1.2.3/32', nwDst: '1.2.3.4/0' }), {
    dlType: 'ip',
    nwSrc: '10.1.2.3',
  });
});

test('the stream is cut into the same messages however it is chopped', (t) => {
  const message = fc.record({
    type: fc.integer({ min: 0, max: 255 }),
    xid: fc.nat(0xffffffff),
    body: fc.uint8Array({ maxLength: 100 }),
  });
  fc.assert(
    fc.property(fc.array(message), fc.array(fc.integer({ min: 1, max: 40 })), (messages, cuts) => {
      const bytes = Buffer.concat(messages.map(({ type, xid, body }) => encodeMessage(type, xid, Buffer.from(body))));
      const framer = new Framer();
      const found: Message[] = [];
      let at = 0;
      for (const cut of cuts) {
        found.push(...framer.push(bytes.subarray(at, at + cut)));
        at = Math.min(bytes.length, at + cut);
      }
      found.push(...framer.push(bytes.subarray(at)));
      t.deepEqual(
        found.map(({ type, xid, body }) => ({ type, xid, body: [...body] })),
        messages.map(({ type, xid, body }) => ({ type, xid, body: [...body] })),
      );
    }),
  );
  t.throws(() => new Framer().push(Buffer.from('0100000700000001', 'hex')), { code: 'ERR_OPENFLOW_PROTOCOL' });
  t.is(new Framer().push(Buffer.concat([Buffer.from('0102ffff00000001', 'hex'), Buffer.alloc(65527)])).length, 1);
});

test('hostile and truncated bytes end in a protocol error or in an answer, and are never read past', (t) => {
  const decoders = [decodeMatch, decodeActions, decodePorts, decodeFlowStatsReply].map(
    (decode) => (bytes: Uint8Array) => decode(reader(bytes)),
  );
  const all = [...decoders, (bytes: Uint8Array) => decodeError(Buffer.from(bytes), 'it')];
  const survives = (bytes: Uint8Array) => {
    for (const decode of all) {
      try {
        decode(bytes);
      } catch (error) {
        if (!(error instanceof OpenFlowProtocolError)) throw error;
      }
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), survives), { numRuns: 3000 });
  // A flow whose lengths are near the truth gets further.
  const length = fc.integer({ min: 0, max: 120 });
  fc.assert(
    fc.property(length, length, fc.uint8Array({ maxLength: 100 }), (total, matchLength, rest) => {
      const fields = Buffer.alloc(46);
      fields.writeUInt16BE(matchLength, 16);
      const head = Buffer.concat([u32(0x2320), u32(0), u32(0), u16(total), fields]);
      survives(Buffer.concat([head, rest]));
    }),
    { numRuns: 3000 },
  );
  t.throws(() => decodeActions(reader(Buffer.from('0000000000000000', 'hex'))), { message: /an action of 0 bytes/ });
  t.throws(() => decodeFlowStatsReply(reader(Buffer.from('00002320000000000000000000000000', 'hex'))), {
    message: /a flow of 0 bytes/,
  });
});

test('what can not be sent is told by its name', (t) => {
  const bad: [unknown, RegExp][] = [
    [{ actions: [], priority: 65536 }, /^priority must be a whole number from 0 to 65535, not 65536$/],
    [{ actions: [], idleTimeout: -1 }, /^idleTimeout must be/],
    [{ actions: [], hardTimeout: 1.5 }, /^hardTimeout must be/],
    [{ actions: [], table: 255 }, /^table must be a whole number from 0 to 254/],
    [{ actions: [], cookie: 2 ** 60 }, /^cookie must be .*bigint beyond 2\^53/],
    [{ actions: [], cookie: -1n }, /^cookie must be/],
    [{}, /^actions must be a list, empty to drop, not undefined$/],
    [{ actions: ['NORMAL'] }, /^actions\[0\] must have one of output, /],
    [{ actions: [{ output: 1 }, { output: 'normal' }] }, /^actions\[1\].output must be a port number .* not "normal"$/],
    [{ actions: [{ output: 1, setVlanPcp: 1 }] }, /^actions\[0\] must have one of/],
    [{ actions: [{ output: 1, maxLength: 70000 }] }, /^actions\[0\].maxLength must be/],
    [{ actions: [{ enqueue: { port: 1 } }] }, /^actions\[0\].enqueue.queue must be/],
    [{ actions: [{ setDlSrc: 'x' }] }, /^actions\[0\].setDlSrc must be a MAC address/],
    [{ actions: [{ setNwSrc: '1.2.3' }] }, /^actions\[0\].setNwSrc must be an IPv4 address/],
    [{ actions: [{ other: '00' }] }, /^actions\[0\].other must be a whole action/],
    [{ actions: [null] }, /^actions\[0\] must have one of/],
    [{ actions: [], match: { dlSource: 'x' } }, /^match has no field "dlSource"; it has inPort, dlDst, /],
    [{ actions: [], match: { nwSrc: '1.2.3.4' } }, /^match.nwSrc needs dlType ip, or dlType arp$/],
    [{ actions: [], match: { dlType: 'ip', tpDst: 80 } }, /^match.tpDst needs dlType ip or ipv6 with nwProto 6, or/],
    [{ actions: [], match: { dlType: 'IP' } }, /^match.dlType must be ip, arp, ipv6 or a number/],
    [{ actions: [], match: { dlSrc: 'fa:16:3e:00:00:01/ff' } }, /^the mask of match.dlSrc must be a MAC/],
    [{ actions: [], match: { dlType: 'ip', nwSrc: '1.2.3.4/33' } }, /^the prefix length of match.nwSrc must be/],
    [{ actions: [], match: { dlVlan: 4096 } }, /^match.dlVlan must be a whole number from 0 to 4095/],
    [{ actions: [], match: { dlVlan: 0xffff, dlVlanPcp: 1 } }, /^match.dlVlanPcp needs packets with a tag/],
    [{ actions: [], match: { others: [{ field: 1, value: 'x', masked: false }] } }, /^match.others: value must be/],
  ];
  for (const [flow, message] of bad) {
    t.throws(() => encodeAdd(flow as Flow, 1), { code: 'ERR_INVALID_ARGUMENT', message });
    t.throws(() => formatFlow(flow as Flow), { code: 'ERR_INVALID_ARGUMENT', message });
  }
  t.throws(() => encodeDelete({ priority: 1 }, 1), { message: /^priority selects flows to delete with strict: true/ });
  t.throws(() => encodeFlowStatsRequest({ cookieMask: 1 }, 1), { message: /^cookieMask tells/ });
  t.throws(() => encodeFlowStatsRequest({ outPort: 70000 }, 1), { message: /^outPort must be a port number/ });
});
