import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema';

/** A real ovsdb-server with an empty Open_vSwitch database, on a private socket in a directory of its own. */
export class OvsdbServer implements AsyncDisposable {
  private constructor(
    readonly dir: string,
    readonly socketPath: string,
    readonly process: ChildProcess,
  ) {}

  static async start(): Promise<OvsdbServer> {
    const dir = await mkdtemp(path.join(tmpdir(), 'ovskit-jsonrpc-'));
    const db = path.join(dir, 'conf.db');
    const socketPath = path.join(dir, 'db.sock');
    await run('ovsdb-tool', ['create', db, SCHEMA]);
    const control = `--unixctl=${path.join(dir, 'ctl')}`;
    const args = [`--remote=punix:${socketPath}`, control, '--no-chdir', '-vconsole:off', '-vsyslog:off', db];
    const child = spawn('ovsdb-server', args, { stdio: 'ignore', env: { ...process.env, OVS_RUNDIR: dir } });
    const server = new OvsdbServer(dir, socketPath, child);
    await server.#listening();
    return server;
  }

  /** A connected socket to the server. */
  async connect(): Promise<net.Socket> {
    return connectTo(this.socketPath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill();
      await once(this.process, 'exit');
    }
    await rm(this.dir, { recursive: true, force: true });
  }

  /** The server has no way to say that it listens: try until it does, or has ended. */
  async #listening(): Promise<void> {
    for (;;) {
      try {
        (await this.connect()).destroy();
        return;
      } catch (error) {
        if (this.process.exitCode !== null) throw new Error(`ovsdb-server ended with ${this.process.exitCode}`);
        if (!['ENOENT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  }
}

export async function connectTo(socketPath: string): Promise<net.Socket> {
  const socket = net.connect(socketPath);
  await once(socket, 'connect');
  return socket;
}
