import { connect } from 'node:net';

/**
 * One JSON-RPC 1.0 call (RFC 7047 section 4) on a connection of its own: the readiness probe, so that the sandbox
 * stands on its own below the `ovsdb` layer. Rejects when there is no connection or the reply is an error.
 */
export function call(socketPath: string, method: string, params: unknown[], signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // Not connect's own `signal`: it would keep a listener on the signal for each probe.
    const socket = connect({ path: socketPath });
    const onAbort = () => socket.destroy(new Error(`${method}: aborted`));
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    let received = '';
    socket.setEncoding('utf8');
    socket.on('error', reject);
    socket.on('close', () => {
      signal.removeEventListener('abort', onAbort);
      reject(new Error(`${socketPath}: closed before its reply to ${method}`));
    });
    socket.on('connect', () => socket.write(JSON.stringify({ method, params, id: 0 })));
    socket.on('data', (chunk: string) => {
      received += chunk;
      const reply = parseWhole(received);
      if (reply === undefined) return;
      socket.destroy();
      if (reply.error) reject(new Error(`${method}: ${JSON.stringify(reply.error)}`));
      else resolve(reply.result);
    });
  });
}

interface Reply {
  result?: unknown;
  error?: unknown;
}

/** The reply, once all of it is there. Replies to probes are short: parsing again at each chunk costs nothing. */
function parseWhole(text: string): Reply | undefined {
  try {
    return JSON.parse(text) as Reply;
  } catch {
    return undefined;
  }
}

/**
 * `transact` on the Open_vSwitch database, RFC 7047 section 4.1.3. Rejects when an operation failed.
 */
export async function transact(socketPath: string, operations: object[], signal: AbortSignal): Promise<unknown[]> {
  const results = (await call(socketPath, 'transact', ['Open_vSwitch', ...operations], signal)) as unknown[];
  const failed = results.find((result) => result !== null && typeof result === 'object' && 'error' in result);
  if (failed) throw new Error(`transact: ${JSON.stringify(failed)}`);
  return results;
}
