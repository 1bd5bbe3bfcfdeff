/** A worker: no switch, but it greets as one does. It does not wait for the hello of its first client, and closes. */
import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { path, hello, closed } = workerData as { path: string; hello: Uint8Array; closed: Int32Array };
let clients = 0;
const server = createServer((socket) => {
  socket.on('error', () => {});
  if (clients++ > 0) {
    socket.write(hello);
    return;
  }
  socket.on('close', () => {
    Atomics.add(closed, 0, 1);
    Atomics.notify(closed, 0);
  });
  socket.write(hello, () => socket.destroy());
});
server.listen(path, () => parentPort?.postMessage('listening'));
