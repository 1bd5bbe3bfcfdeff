import type { Duplex } from 'node:stream';

/** One message on its way out. */
export interface Outgoing {
  /** The message; empty once it was handed to the stream or withdrawn. */
  text: string;
  /** Whether any byte of it may have left. */
  sent: boolean;
}

/** So many characters are worth a system call: the peer can work on them while what follows is made ready. */
const WORTH_A_WRITE = 8192;

/** What a socket has beyond a `Duplex`: it may still be connecting. */
type Connecting = Duplex & { connecting?: boolean; secureConnecting?: boolean };

/**
 * Joins the messages written within one turn of the event loop into one write, after all promise callbacks have run: 64
 * leave by one system call, without a timer. While the stream is congested or still connecting,
 * messages wait here, so that it is known of each whether it left.
 */
export class Outbox {
  readonly #stream: Connecting;
  #queue = new Set<Outgoing>();
  #waiting = 0;
  #scheduled = false;
  #congested = false;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('drain', this.#resume);
    stream.on('connect', this.#resume);
    stream.on('secureConnect', this.#resume);
  }

  /** Characters that wait here or in the stream. */
  get unsent(): number {
    return this.#waiting + this.#stream.writableLength;
  }

  /** Takes a message. An urgent one, that nothing else is likely to join, leaves before this returns. */
  add(message: Outgoing, urgent: boolean): void {
    if (urgent && this.#queue.size === 0 && this.#flows()) {
      this.#write(depart(message));
      return;
    }
    this.#queue.add(message);
    this.#waiting += message.text.length;
    if (this.#waiting >= WORTH_A_WRITE) this.flush();
    if (this.#queue.size === 0) return;
    if (this.#scheduled || this.#congested) return;
    this.#scheduled = true;
    process.nextTick(this.#flushScheduled);
  }

  /** Takes back a message that has not left. */
  withdraw(message: Outgoing): void {
    if (this.#queue.delete(message)) this.#waiting -= message.text.length;
    message.text = '';
  }

  /** Hands what waits to the stream now, if it takes it. */
  flush(): void {
    if (this.#queue.size === 0 || !this.#flows()) return;
    let text = '';
    for (const message of this.#queue) text += depart(message);
    this.#queue.clear();
    this.#waiting = 0;
    this.#write(text);
  }

  /** Lets go of the stream and of everything that waits. */
  close(): void {
    this.#queue.clear();
    this.#waiting = 0;
    this.#congested = true;
    this.#stream.off('drain', this.#resume);
    this.#stream.off('connect', this.#resume);
    this.#stream.off('secureConnect', this.#resume);
  }

  readonly #flushScheduled = (): void => {
    this.#scheduled = false;
    this.flush();
  };

  readonly #resume = (): void => {
    this.#congested = false;
    this.flush();
  };

  /** Whether the stream takes what it is given, and doesn't just keep it. */
  #flows(): boolean {
    const stream = this.#stream;
    return !this.#congested && stream.writable && stream.connecting !== true && stream.secureConnecting !== true;
  }

  #write(text: string): void {
    this.#congested = !this.#stream.write(text);
  }
}

/** Takes a message's text for the stream. */
function depart(message: Outgoing): string {
  const { text } = message;
  message.text = '';
  message.sent = true;
  return text;
}
