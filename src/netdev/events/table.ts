import type { NativeAddressMessage, NativeLinkMessage } from '../native.js';
import { type AddressState, type LinkState, sameState, toAddressState, toLinkState } from './state.js';

/** What became of a link or an address: not there before without `old`, gone without `new`. */
export type Change =
  | { readonly type: 'link'; readonly key: string; readonly old?: LinkState; readonly new?: LinkState }
  | { readonly type: 'address'; readonly key: string; readonly old?: AddressState; readonly new?: AddressState };

/**
 * All links and addresses, as the messages so far tell. Knows nothing of sockets. What a dump doesn't tell of again has gone
 * unseen, and is swept when the dump ends.
 */
export class LinkTable {
  readonly links = new Map<number, LinkState>();
  readonly addresses = new Map<string, AddressState>();
  readonly #indexes = new Map<string, number>();
  readonly #seen = new Set<string>();

  byName(name: string): LinkState | undefined {
    const index = this.#indexes.get(name);
    return index === undefined ? undefined : this.links.get(index);
  }

  /** @returns what it changes: nothing, where the message tells nothing new */
  apply(message: NativeLinkMessage | NativeAddressMessage): Change[] {
    if (message.type === 'link') {
      if (message.removed) return this.#removeLink(message.index);
      return this.#setLink(toLinkState(message));
    }
    const address = toAddressState(message);
    const key = keyOfAddress(address);
    return message.removed ? this.#removeAddress(key) : this.#setAddress(key, address);
  }

  /** A dump of the links or of the addresses begins. */
  beginDump(): void {
    this.#seen.clear();
  }

  /** A dump has ended that missed nothing. @returns what was gone */
  endDump(of: 'links' | 'addresses'): Change[] {
    const unseen = (key: string) => !this.#seen.has(key);
    if (of === 'addresses') return [...this.addresses.keys()].filter(unseen).flatMap((key) => this.#removeAddress(key));
    const gone = [...this.links.keys()].filter((index) => unseen(keyOfLink(index)));
    return gone.flatMap((index) => this.#removeLink(index));
  }

  /** All that is there, as if it came now. */
  snapshot(): Change[] {
    const links = Array.from(
      this.links,
      ([index, link]) => ({ type: 'link', key: keyOfLink(index), new: link }) as const,
    );
    const addresses = Array.from(this.addresses, ([key, address]) => ({ type: 'address', key, new: address }) as const);
    return [...links, ...addresses];
  }

  #setLink(link: LinkState): Change[] {
    const key = keyOfLink(link.index);
    this.#seen.add(key);
    const old = this.links.get(link.index);
    if (old && sameState(old, link)) return [];
    if (old) this.#forgetName(old);
    this.links.set(link.index, link);
    this.#indexes.set(link.name, link.index);
    return [{ type: 'link', key, ...(old && { old }), new: link }];
  }

  /** Its addresses go with it; the kernel may be later, or may have said so in a message that was lost. */
  #removeLink(index: number): Change[] {
    const old = this.links.get(index);
    if (!old) return [];
    const addresses = Array.from(this.addresses).filter(([, address]) => address.index === index);
    const changes = addresses.flatMap(([key]) => this.#removeAddress(key));
    this.links.delete(index);
    this.#forgetName(old);
    return [...changes, { type: 'link', key: keyOfLink(index), old }];
  }

  /** Unless another link has the name by now. */
  #forgetName({ name, index }: LinkState): void {
    if (this.#indexes.get(name) === index) this.#indexes.delete(name);
  }

  #setAddress(key: string, address: AddressState): Change[] {
    this.#seen.add(key);
    const old = this.addresses.get(key);
    if (old && sameState(old, address)) return [];
    this.addresses.set(key, address);
    return [{ type: 'address', key, ...(old && { old }), new: address }];
  }

  #removeAddress(key: string): Change[] {
    const old = this.addresses.get(key);
    if (!old) return [];
    this.addresses.delete(key);
    return [{ type: 'address', key, old }];
  }
}

const keyOfLink = (index: number) => `link ${index}`;

const keyOfAddress = ({ index, address, prefixLength }: AddressState) => `address ${index} ${address}/${prefixLength}`;
