/**
 * One HTTP/1.1 connection that asks and is answered in turn, and does no more than that: it shares the machine with the service
 * that is measured, and a client of `node:http` takes three times the processor.
 */
import { connect, type Socket } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';

export class HttpConnection {
  #socket: Socket;
  #received = '';
  #settle: { resolve: (text: string) => void; reject: (error: Error) => void } | undefined;

  constructor(readonly socketPath: string) {
    this.#socket = this.#connect();
  }

  #connect(): Socket {
    const socket = connect(this.socketPath).setEncoding('latin1');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', (error) => this.#settle?.reject(error));
    socket.on('close', () => this.#settle?.reject(new Error('the service closed the connection')));
    return socket;
  }

  /** @returns the body, which has to be ASCII. Any status but 200 is an error. */
  post(path: string, body: string): Promise<string> {
    // The service closes one that was silent for a minute.
    if (this.#socket.destroyed || this.#socket.readableEnded) this.#socket = this.#connect();
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(
        `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
    });
  }

  #read(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = this.#received.slice(0, end);
    const body = this.#received.slice(end + END_OF_HEAD.length);
    const length = /^content-length: (\d+)$/im.exec(head)?.[1];
    if (length !== undefined && body.length < Number(length)) return;
    this.#received = '';
    const settle = this.#settle;
    this.#settle = undefined;
    if (length !== undefined && head.startsWith('HTTP/1.1 200 ')) settle?.resolve(body);
    else settle?.reject(new Error(`${head.split('\r\n', 1)[0]} ${body}`));
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }
}
