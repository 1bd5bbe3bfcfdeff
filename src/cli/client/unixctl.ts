import { unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { messageOf } from '../../base/errors.js';
import { Framer } from '../../jsonrpc/index.js';
import { Fatal } from '../fatal.js';
import type { Vlog } from '../log/vlog.js';

/** Answers a command with text; an error's message is the answer of a failure. */
export type Handler = (args: string[]) => string | Promise<string>;

interface Command {
  usage: string;
  argumentCount: number | undefined;
  handler: Handler;
}

/** The control socket that ovs-appctl(8) speaks to (lib/unixctl.c): JSON-RPC whose params are strings. */
export class UnixctlServer {
  readonly #commands = new Map<string, Command>();
  readonly #server: Server = createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<Socket>();

  constructor(version: string, log: Vlog) {
    this.addCommand('version', '', 0, () => version);
    this.addCommand('list-commands', '', 0, () => this.#list());
    this.addCommand('vlog/set', '{spec | PATTERN:destination:pattern}', undefined, (specs) => {
      for (const spec of specs) {
        const complaint = log.set(spec);
        if (complaint !== undefined) throw new Error(complaint);
      }
      return '';
    });
  }

  addCommand(name: string, usage: string, argumentCount: number | undefined, handler: Handler): void {
    this.#commands.set(name, { usage, argumentCount, handler });
  }

  async listen(path: string): Promise<void> {
    remove(path);
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', () => reject(new Fatal('failed to create unixctl server')));
      this.#server.listen(path, resolve);
    });
  }

  /** Lets answers under way go out; Node removes the socket's file. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.end();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const framer = new Framer((text) => void this.#answer(socket, text), {}, 'the control client');
    socket.on('data', (chunk) => {
      try {
        framer.push(chunk);
      } catch {
        socket.destroy();
      }
    });
  }

  async #answer(socket: Socket, text: string): Promise<void> {
    let id: unknown = null;
    let reply: { result: string | null; error: string | null };
    try {
      const message = JSON.parse(text) as { id: unknown; method: string; params: string[] };
      id = message.id;
      reply = { result: closeLine(await this.#run(message.method, message.params)), error: null };
    } catch (error) {
      reply = { result: null, error: closeLine(messageOf(error)) };
    }
    socket.write(JSON.stringify({ id, ...reply }));
  }

  async #run(name: string, args: string[]): Promise<string> {
    const command = this.#commands.get(name);
    if (!command) {
      throw new Error(`"${name}" is not a valid command (use "list-commands" to see a list of valid commands)`);
    }
    const { argumentCount } = command;
    if (argumentCount !== undefined && args.length < argumentCount) {
      throw new Error(`"${name}" command requires at least ${argumentCount} arguments`);
    }
    if (argumentCount !== undefined && args.length > argumentCount) {
      throw new Error(`"${name}" command takes at most ${argumentCount} arguments`);
    }
    return await command.handler(args);
  }

  #list(): string {
    const lines = [...this.#commands]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { usage }]) => `  ${name.padEnd(23)} ${usage}\n`);
    return `The available commands are:\n${lines.join('')}`;
  }
}

function closeLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {}
}
