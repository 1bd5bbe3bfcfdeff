/** `ovskit serve` as a process of its own, and its clients: one connection each to the unix socket. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../src/sandbox/index.js';
import type { PluggedVif } from '../../src/vif/index.js';
import { checkOpen, type Plugs, requestInput } from './contestants.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export async function ovskitServe(sandbox: Sandbox): Promise<Plugs> {
  const socketPath = join(sandbox.runDirectory, 'ovskit.sock');
  const child = spawn(process.execPath, [main, 'serve', '--socket', socketPath, '--timeout', '120000'], {
    env: sandbox.childEnv,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  await once(child.stderr, 'data');
  child.stderr.pipe(process.stderr);

  async function post(agent: Agent, op: string, number: number): Promise<PluggedVif> {
    const sent = request({
      socketPath,
      agent,
      method: 'POST',
      path: `/${op}`,
      headers: { 'content-type': 'application/json' },
    });
    sent.end(JSON.stringify(requestInput(number)));
    const [response] = await once(sent, 'response');
    const answer = await text(response);
    if (response.statusCode !== 200) throw new Error(`${op} ${number}: ${response.statusCode} ${answer}`);
    return JSON.parse(answer) as PluggedVif;
  }

  return {
    name: 'ovskit serve',
    async run({ op, first, count, callers }) {
      const latencies: number[] = [];
      let next = first;
      const caller = async () => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        for (let mine = next++; mine < first + count; mine = next++) {
          const start = performance.now();
          const answer = await post(agent, op, mine);
          if (op === 'plug') checkOpen(answer);
          latencies.push((performance.now() - start) * 1000);
        }
        agent.destroy();
      };
      const start = performance.now();
      await Promise.all(Array.from({ length: callers }, caller));
      return { seconds: (performance.now() - start) / 1000, latencies, cpu: 0 };
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
