import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { decodeError } from '../../src/openflow/error-names.js';
import { encodeAdd } from '../../src/openflow/flow.js';
import { formatFlow } from '../../src/openflow/index.js';
import { encodeMessage } from '../../src/openflow/message.js';
import { temporaryDirectory } from '../support/ovsdb-server.js';
import { output } from '../support/run.js';
import { flow } from './flows.js';

/** What stock ovs-ofctl reads in a file, a line a message. */
async function ofctl(t: ExecutionContext, command: string, contents: string | Buffer): Promise<string[]> {
  const file = join(await temporaryDirectory(t), 'input');
  await writeFile(file, contents);
  return (await output('ovs-ofctl', [command, file])).split('\n');
}

test('ovs-ofctl reads our bytes as it reads our text', async (t) => {
  const flows = fc.sample(flow, { numRuns: 500, seed: 20 });
  const messages = flows.map((it, index) => encodeAdd(it, index));
  const changes = (lines: string[]) =>
    lines
      .filter((line) => line.includes('ADD'))
      // Without a table in the text, it is the switch that chooses, and takes the first.
      .map((line) => line.replace(/^.*? ADD /, '').replace(/^table:255 ?/, ''));
  const fromBytes = changes(await ofctl(t, 'ofp-parse', Buffer.concat(messages)));
  const fromText = changes(await ofctl(t, 'parse-flows', flows.map((it) => `${formatFlow(it)}\n`).join('')));
  t.is(fromBytes.length, flows.length);
  t.deepEqual(fromBytes, fromText);
});

test('ovs-ofctl has the same names for errors', async (t) => {
  const bodies: Buffer[] = [];
  const add = (type: number, code: number, ...more: number[]) => {
    const body = Buffer.alloc(12);
    [type, code, ...more].forEach((value, index) => void body.writeUInt16BE(value, 2 * index));
    bodies.push(body);
  };
  for (let type = 0; type < 8; type++) for (let code = 0; code < 16; code++) add(type, code);
  for (let type = 0; type < 16; type++) for (let code = 0; code < 600; code++) add(0xb0c2, 0, 0, 0x2320, type, code);
  const printed = await ofctl(
    t,
    'ofp-parse',
    Buffer.concat(bodies.map((body, index) => encodeMessage(1, index, body))),
  );
  const theirs = printed
    .filter((line) => line.startsWith('OFPT_ERROR'))
    .map((line) => line.replace(/^.*?\): /, ''))
    .map((name) => (name.includes('decode error') ? undefined : name));
  const ours = bodies.map((body) => decodeError(body, 'it').reason);
  t.is(theirs.length, bodies.length);
  const named = ours.map((name) => (name.includes(' error type ') ? undefined : name));
  t.true(named.filter(Boolean).length > 80);
  t.deepEqual(named, theirs);
});
