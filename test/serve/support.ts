import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { Metrics } from '../../src/metrics/index.js';
import { type Endpoint, Service, type ServiceOptions } from '../../src/serve/index.js';
import { Plugger } from '../../src/vif/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { withSandbox } from '../support/sandbox.js';

/** How a request was answered. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body, if it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what it is, the test knows.
  readonly json: any;
}

/** Where a client connects to: a unix socket's path, or a port of 127.0.0.1. */
export type Target = string | number;

/** Asks a service; a body that is no string or Buffer goes as JSON. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true });

  constructor(readonly target: Target) {}

  ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const where =
      typeof this.target === 'string' ? { socketPath: this.target } : { host: '127.0.0.1', port: this.target };
    const bytes = body === undefined || Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
    const type = bytes === undefined ? {} : { 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const sent = request(
        { ...where, method, path, agent: this.#agent, headers: { ...type, ...headers } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            const isJson = response.headers['content-type'] === 'application/json';
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              json: isJson ? JSON.parse(text) : undefined,
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(bytes);
    });
  }

  get(path: string): Promise<Reply> {
    return this.ask('GET', path);
  }

  post(path: string, body: unknown): Promise<Reply> {
    return this.ask('POST', path, body);
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A service on a private switch with the bridge br-int. */
export interface Served {
  readonly service: Service;
  readonly ovs: Ovs;
  readonly plugger: Plugger;
  readonly sandbox: Awaited<ReturnType<typeof withSandbox>>;
  readonly socket: string;
  readonly client: HttpClient;
  readonly errors: unknown[];
}

export async function withService(
  t: ExecutionContext<unknown>,
  options: Partial<ServiceOptions> = {},
  more: readonly Endpoint[] = [],
): Promise<Served> {
  const sandbox = await withSandbox(t);
  await sandbox.addBridge('br-int');
  const ovs = await Ovs.connect(sandbox.remote);
  t.teardown(() => ovs.close());
  const plugger = new Plugger(ovs);
  const socket = join(sandbox.runDirectory, 'ovskit.sock');
  const errors: unknown[] = [];
  const metrics = await Metrics.start({ ovs });
  t.teardown(() => metrics.close());
  const service = await Service.start(ovs, plugger, {
    endpoints: [{ kind: 'unix', path: socket, mode: 0o600 }, ...more],
    metrics: async () => metrics,
    onError: (error) => void errors.push(error),
    ...options,
  });
  const client = new HttpClient(socket);
  t.teardown(async () => {
    client.close();
    await service.stop();
  });
  return { service, ovs, plugger, sandbox, socket, client, errors };
}
