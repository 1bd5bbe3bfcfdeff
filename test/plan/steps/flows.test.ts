import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import test from 'ava';
import { encodeMessage, Framer, Type } from '../../../src/openflow/message.js';
import { execute, StepFailedError } from '../../../src/plan/index.js';
import { withSwitchDatabase } from '../../support/database.js';

const FLOW_MOD = 13;
const DELETE_STRICT = 4;

test('flows that were sent and not confirmed are taken back too', async (t) => {
  const { ovs, remote } = await withSwitchDatabase(t);
  const sockets: Socket[] = [];
  const commands: number[] = [];
  // Not a switch: the first connection ends just where a real one would confirm.
  const fakeSwitch = createServer((socket) => {
    const again = sockets.push(socket) > 1;
    const framer = new Framer();
    socket.on('error', () => {}).write(encodeMessage(Type.HELLO, 1));
    socket.on('data', (chunk) => {
      for (const { type, xid, body } of framer.push(chunk)) {
        // Vendor, subtype, cookie; then the command.
        if (again && type === Type.VENDOR && body.readUInt32BE(4) === FLOW_MOD)
          commands.push(body.readUInt16BE(16) & 0xff);
        if (type !== Type.BARRIER_REQUEST) continue;
        if (again) socket.write(encodeMessage(Type.BARRIER_REPLY, xid));
        else socket.destroy();
      }
    });
  }).listen(remote.slice('unix:'.length).replace('db.sock', 'br0.mgmt'));
  await once(fakeSwitch, 'listening');
  t.teardown(() => {
    fakeSwitch.close();
    for (const socket of sockets) socket.destroy();
  });
  const flows = ['52:54:00:00:00:01', '52:54:00:00:00:02'].map((dlSrc) => ({
    match: { inPort: 'LOCAL' as const, dlSrc },
    output: 'NORMAL' as const,
  }));
  const error = await t.throwsAsync(execute({ steps: [{ kind: 'add-flows', bridge: 'br0', flows }] }, ovs), {
    instanceOf: StepFailedError,
    code: 'ERR_OPENFLOW_OUTCOME_UNKNOWN',
  });
  t.deepEqual(error.undoErrors, []);
  t.deepEqual(commands, [DELETE_STRICT, DELETE_STRICT]);
});
