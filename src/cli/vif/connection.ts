import { Client } from '../../ovsdb/index.js';
import { Ovs } from '../../vswitch/index.js';
import type { SwitchArguments } from './arguments.js';

/** The switch can't be reached: no request's fault. */
export class ConnectError extends Error {
  constructor(override readonly cause: unknown) {
    super('cannot connect', { cause });
  }
}

/** The switch, connected to when it is needed. */
export class Connection implements AsyncDisposable {
  #client: Promise<Client> | undefined;
  #ovs: Promise<Ovs> | undefined;

  constructor(
    readonly options: SwitchArguments,
    readonly signal: AbortSignal,
  ) {}

  /** @throws {ConnectError} */
  open(): Promise<Ovs> {
    this.#ovs ??= this.#connect().catch((error: unknown) => {
      throw new ConnectError(error);
    });
    return this.#ovs;
  }

  async #connect(): Promise<Ovs> {
    const { timeout, tls, remote } = this.options;
    const { signal } = this;
    this.#client = Client.connect(remote, { timeout, signal, tls });
    return Ovs.on(await this.#client, { timeout, signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
  }
}
