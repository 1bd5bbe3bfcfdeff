import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AbortedError } from '../base/errors.js';
import type { Metrics } from '../metrics/index.js';
import type { Plugger } from '../vif/index.js';
import type { Ovs } from '../vswitch/index.js';
import { Room, readJson } from './body.js';
import { type Answerable, answerable, busy, busyWith, ListenError, stopping, unauthorized } from './errors.js';
import { DEFAULT_LIMITS, type ServeLimits } from './limits.js';
import { describe, type Endpoint, listen } from './listen.js';
import { readQuery } from './query.js';
import type { Answer, Backend, Call, Route } from './route.js';
import { findRoute } from './routes.js';
import type { Token } from './token.js';

/** What `Service.start` accepts. */
export interface ServiceOptions {
  readonly endpoints: readonly Endpoint[];
  /** Asked of every request over TCP. */
  readonly token?: Token | undefined;
  readonly limits?: Partial<ServeLimits> | undefined;
  /** Deadline of a plug that asks for none, in milliseconds; 30 000 for each of its steps by default. */
  readonly timeout?: number | undefined;
  /** Starts the metrics, when they are first asked for. */
  readonly metrics: () => Promise<Metrics>;
  /** Is told what went wrong on our side. */
  readonly onError: (error: unknown) => void;
}

/** Milliseconds between two looks for clients that are too slow. */
const CHECK_INTERVAL = 1000;

/** Milliseconds for clients to take their last answers when the service stops. */
const ANSWER_TIMEOUT = 1000;

/** What the errors of Node's HTTP parser mean. */
const PARSER_ERRORS: Readonly<Record<string, Omit<Answerable, 'headers'>>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'ERR_SERVE_HEADERS', message: 'the headers are too long' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'ERR_SERVE_TIMEOUT', message: 'the request took too long to arrive' },
};
const NOT_HTTP = { status: 400, code: 'ERR_SERVE_BAD_REQUEST', message: 'that is not HTTP' };

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** When it was first seen that the answer is on its way and not taken. */
  since: number | undefined;
}

/** Plugging as a service over HTTP, for programs that are not Node.js. */
export class Service implements AsyncDisposable {
  readonly #backend: Backend;
  readonly #options: ServiceOptions;
  readonly #limits: ServeLimits;
  readonly #servers = new Set<Server>();
  /** Plugs and unplugs that are worked on. */
  readonly #work = new Set<Promise<unknown>>();
  /** How many calls of each route with many VIFs are worked on. */
  readonly #bulk = new Map<Route, number>();
  readonly #room: Room;
  /** Requests whose answer has yet to be taken. */
  readonly #requests = new Map<Promise<unknown>, Exchange>();
  readonly #sweep: NodeJS.Timeout;
  readonly #abort = new AbortController();
  #stopped: Promise<void> | undefined;

  private constructor(ovs: Ovs, plugger: Plugger, options: ServiceOptions) {
    this.#backend = { ovs, plugger, metrics: options.metrics };
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { answerTimeout } = this.#limits;
    this.#sweep = setInterval(() => this.#closeStuck(), Math.min(CHECK_INTERVAL, answerTimeout)).unref();
    this.#room = new Room(this.#limits.bulkBytesAtOnce);
  }

  /**
   * Listens on all endpoints.
   * @throws {ListenError} when one can't be, or is over TCP and there is no token; none is left open
   * @throws {InvalidArgumentError} for an address that is not loopback
   */
  static async start(ovs: Ovs, plugger: Plugger, options: ServiceOptions): Promise<Service> {
    const service = new Service(ovs, plugger, options);
    try {
      for (const endpoint of options.endpoints) await service.#listen(endpoint);
      return service;
    } catch (error) {
      await service.stop();
      throw error;
    }
  }

  /** Where it listens, in words; a port that the system chose is shown. */
  get addresses(): string[] {
    return [...this.#servers].map((server) => {
      const address = server.address();
      if (typeof address === 'string') return address;
      return address ? describe({ kind: 'tcp', host: address.address, port: address.port }) : 'an inherited socket';
    });
  }

  /** Plugs and unplugs that are worked on now. */
  get inFlight(): number {
    return this.#work.size;
  }

  /**
   * Takes no more requests, and waits for those in flight. Those that outlast the deadline are aborted, which undoes
   * them. Every call waits for the same end.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    const closed = [...this.#servers].map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
        }),
    );
    const deadline = setTimeout(() => {
      this.#abort.abort(new AbortedError('the service is stopping'));
    }, this.#limits.stopTimeout);
    await Promise.allSettled(this.#work);
    clearTimeout(deadline);
    // Those are being answered now; who is still sending is not waited for.
    for (const { request } of this.#requests.values()) if (!request.complete) request.destroy();
    await Promise.race([Promise.allSettled(this.#requests.keys()), delay(ANSWER_TIMEOUT, undefined, { ref: false })]);
    for (const server of this.#servers) server.closeAllConnections();
    await Promise.all(closed);
    clearInterval(this.#sweep);
  }

  /** Closes the connections of clients that don't take their answers: these would be kept for them for ever. */
  #closeStuck(): void {
    const now = performance.now();
    for (const exchange of this.#requests.values()) {
      const { request, response } = exchange;
      // One without a socket waits behind another answer of its connection.
      if (!response.writableEnded || !response.socket) continue;
      exchange.since ??= now;
      if (now - exchange.since >= this.#limits.answerTimeout) request.socket.destroy();
    }
  }

  async #listen(endpoint: Endpoint): Promise<void> {
    const { headerBytes, headersTimeout, requestTimeout, keepAliveTimeout, connections } = this.#limits;
    let overTcp = true;
    const server = createServer(
      {
        maxHeaderSize: headerBytes,
        headersTimeout,
        requestTimeout,
        keepAliveTimeout,
        connectionsCheckingInterval: Math.min(CHECK_INTERVAL, headersTimeout),
        noDelay: true,
      },
      (request, response) => {
        const closed = new Promise((resolve) => response.once('close', resolve));
        const handled = this.#handle(request, response, overTcp)
          .then(() => closed)
          .finally(() => this.#requests.delete(handled));
        this.#requests.set(handled, { request, response, since: undefined });
      },
    );
    server.maxConnections = connections;
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuse(error, socket));
    this.#servers.add(server);
    try {
      overTcp = (await listen(server, endpoint)) === 'tcp';
    } catch (error) {
      this.#servers.delete(server);
      server.close();
      throw error;
    }
    if (overTcp && !this.#options.token) {
      throw new ListenError(
        `${describe(endpoint)}: over TCP the service needs a token: --token-file FILE, or $OVSKIT_SERVE_TOKEN`,
      );
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse, overTcp: boolean): Promise<void> {
    try {
      const { authorization } = request.headers;
      if (overTcp && !this.#options.token?.admits(authorization)) throw unauthorized(authorization);
      if (this.#stopped) throw stopping();
      const { method = '', url = '' } = request;
      const route = findRoute(method, url);
      send(response, await route.run(this.#backend, this.#call(request, route, url)));
    } catch (error) {
      if (request.destroyed && !request.complete) return; // The client has gone before it had said all.
      const answer = answerable(error);
      if (answer.status === 500) this.#options.onError(error);
      for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
      // The rest of it is not worth reading.
      if (!request.complete) response.setHeader('connection', 'close');
      send(response, { status: answer.status, body: errorBody(answer) });
    }
  }

  #call(request: IncomingMessage, route: Route, url: string): Call<object> {
    const { bodyBytes, bulkBodyBytes } = this.#limits;
    return {
      options: readQuery(route.query, url),
      waits: { signal: this.#abort.signal, timeout: this.#options.timeout },
      json: () => (route.bulk ? readJson(request, bulkBodyBytes, this.#room) : readJson(request, bodyBytes)),
      work: (run) => this.#working(route, url, run),
      onError: this.#options.onError,
    };
  }

  async #working<T>(route: Route, url: string, run: () => Promise<T>): Promise<T> {
    const { inFlight } = this.#limits;
    if (this.#stopped) throw stopping();
    if (this.#work.size >= inFlight) throw busy(inFlight);
    const same = this.#bulk.get(route) ?? 0;
    if (route.bulk && same >= route.bulk.atOnce) throw busyWith(url.split('?', 1)[0] as string, route.bulk.atOnce);
    const working = run();
    this.#work.add(working);
    if (route.bulk) this.#bulk.set(route, same + 1);
    try {
      return await working;
    } finally {
      this.#work.delete(working);
      if (route.bulk) this.#bulk.set(route, (this.#bulk.get(route) as number) - 1);
    }
  }
}

function errorBody({ code, message }: Pick<Answerable, 'code' | 'message'>): object {
  return { error: { code, message } };
}

function send(response: ServerResponse, { status, body, contentType = 'application/json' }: Answer): void {
  const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}

/** Answers what is no request, or none in time, and ends the connection. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const answer = PARSER_ERRORS[error.code ?? ''] ?? NOT_HTTP;
  const text = `${JSON.stringify(errorBody(answer))}\n`;
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}
