import { type NativeMessage, read } from '../native.js';

/** Where a monitor has its messages from. */
export interface EventSource {
  /** Asks for a list; its messages come among the events, with this number. */
  requestDump(of: 'links' | 'addresses', sequence: number): void;
  /** What has come, some hundred messages at most; none when there is nothing. */
  read(): readonly NativeMessage[];
  close(): void;
}

/** A socket of the addon's (native/events.h), with its errors as ours. */
export class EventSocket implements EventSource {
  readonly #id: number;

  /** @param onReadable is called when there is something to read; until `close` the process doesn't exit */
  constructor(onReadable: () => void) {
    this.#id = read(
      () => 'listen to link events',
      (addon) => addon.openEvents(onReadable),
    );
  }

  requestDump(of: 'links' | 'addresses', sequence: number): void {
    read(
      () => `list the ${of}`,
      (addon) => addon.requestDump(this.#id, of === 'addresses', sequence),
    );
  }

  read(): NativeMessage[] {
    return read(
      () => 'read link events',
      (addon) => addon.readEvents(this.#id),
    );
  }

  close(): void {
    read(
      () => 'close the link events',
      (addon) => addon.closeEvents(this.#id),
    );
  }
}
