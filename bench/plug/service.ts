/** `ovskit serve` as a process of its own, and its clients: one connection each to the unix socket. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../src/sandbox/index.js';
import type { PluggedVif } from '../../src/vif/index.js';
import { checkOpen, type Plugs, requestInput } from './contestants.js';
import { HttpConnection } from './http-connection.js';
import { processorSeconds } from './switch.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export async function ovskitServe(sandbox: Sandbox): Promise<Plugs> {
  const socketPath = join(sandbox.runDirectory, 'ovskit.sock');
  const child = spawn(process.execPath, [main, 'serve', '--socket', socketPath, '--timeout', '600000'], {
    env: sandbox.childEnv,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  await once(child.stderr, 'data');
  child.stderr.pipe(process.stderr);

  const idle: HttpConnection[] = [];
  return {
    name: 'ovskit serve',
    async run({ op, first, count, callers }) {
      const latencies: number[] = [];
      let next = first;
      const caller = async () => {
        // Kept for the next run, as clients of a service keep theirs.
        const connection = idle.pop() ?? new HttpConnection(socketPath);
        for (let mine = next++; mine < first + count; mine = next++) {
          const start = performance.now();
          const answer = JSON.parse(await connection.post(`/${op}`, JSON.stringify(requestInput(mine)))) as PluggedVif;
          if (op === 'plug') checkOpen(answer);
          latencies.push((performance.now() - start) * 1000);
        }
        idle.push(connection);
      };
      const before = processorSeconds(child.pid as number);
      const start = performance.now();
      await Promise.all(Array.from({ length: callers }, caller));
      const seconds = (performance.now() - start) / 1000;
      return { seconds, latencies, cpu: processorSeconds(child.pid as number) - before };
    },
    async [Symbol.asyncDispose]() {
      for (const connection of idle) connection.close();
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
