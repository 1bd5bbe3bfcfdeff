import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** `IFF_TAP | IFF_NO_PI`, of linux/if_tun.h. */
const TAP = 0x1002;
/** Local experimental, of IEEE 802: no frame of the kernel's own has it. */
const ETHERTYPE = '88b5';
const BROADCAST = 'ffffffffffff';
const SHORTEST = 60 * 2;

/**
 * Frames in and out of the open tap, a line of hexadecimal digits each. The kernel takes note of the carrier some time after the tap
 * is opened, and drops frames until then: RTM_GETLINK tells (rtnetlink(7)), with IFLA_OPERSTATE, 16, as IF_OPER_UP, 6.
 */
const program = (name: string) => `
import fcntl, os, socket, struct, sys, threading, time
tun = os.open('/dev/net/tun', os.O_RDWR)
fcntl.ioctl(tun, 0x400454ca, struct.pack('16sH22x', b'${name}', ${TAP}))
kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
def state():
    kernel.send(struct.pack('=IHHIIBxHiII', 32, 18, 1, 1, 0, 0, 0, socket.if_nametoindex('${name}'), 0, 0))
    answer, at = kernel.recv(65536), 32
    while at < len(answer):
        length, kind = struct.unpack_from('=HH', answer, at)
        if kind == 16: return answer[at + 4]
        at += (length + 3) & ~3
while state() != 6: time.sleep(0.01)
print('open', flush=True)
def listen():
    while True:
        frame = os.read(tun, 65536).hex()
        if '${ETHERTYPE}' in frame[24:36]: print(frame, flush=True)
threading.Thread(target=listen, daemon=True).start()
for line in sys.stdin: os.write(tun, bytes.fromhex(line))`;

/** What stands in for a virtual machine: it has the tap open, sends frames from its MAC address, and hears those that come. */
export class TapGuest implements AsyncDisposable {
  /** The texts that came, in order. */
  readonly heard: string[] = [];
  readonly #mac: string;
  readonly #child: ChildProcessWithoutNullStreams;
  #wake: () => void = () => {};

  private constructor(mac: string, child: ChildProcessWithoutNullStreams) {
    this.#mac = mac.replaceAll(':', '');
    this.#child = child;
  }

  /** @param enter the words before a command that make it run where the tap is. */
  static async open(device: string, mac: string, enter: readonly string[] = []): Promise<TapGuest> {
    const [command = '', ...words] = [...enter, '/usr/bin/python3', '-c', program(device)];
    const child = spawn(command, words, { stdio: 'pipe' });
    child.stderr.pipe(process.stderr);
    const guest = new TapGuest(mac, child);
    const lines = createInterface(child.stdout);
    await once(lines, 'line', { signal: AbortSignal.timeout(20_000) }).catch((cause) => {
      child.kill();
      throw new Error(`${device} did not come up`, { cause });
    });
    lines.on('line', (line) => guest.#take(line));
    return guest;
  }

  /** Sends a frame with `text` in it to everybody, or to one MAC address; untagged, or with an 802.1Q tag. */
  send(text: string, { to = BROADCAST, tag }: { to?: string; tag?: number } = {}): void {
    const vlan = tag === undefined ? '' : `8100${tag.toString(16).padStart(4, '0')}`;
    const length = text.length.toString(16).padStart(2, '0');
    const frame = `${to.replaceAll(':', '')}${this.#mac}${vlan}${ETHERTYPE}${length}${Buffer.from(text).toString('hex')}`;
    this.#child.stdin.write(`${frame.padEnd(SHORTEST, '0')}\n`);
  }

  /** Waits until `text` has come; milliseconds, 20 000 by default. A frame that came with a tag reads `TAG:TEXT`. */
  async hears(text: string, timeout = 20_000): Promise<void> {
    const deadline = delay(timeout, 'late', { ref: false });
    while (!this.heard.includes(text)) {
      const next = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      if ((await Promise.race([next, deadline])) === 'late') {
        throw new Error(`not heard within ${timeout} ms: ${text}; heard: ${this.heard.join(', ') || 'nothing'}`);
      }
    }
  }

  #take(line: string): void {
    const tagged = line.slice(24, 28) === '8100';
    const payload = Buffer.from(line.slice(tagged ? 36 : 28), 'hex');
    const text = payload.toString('utf8', 1, 1 + (payload[0] ?? 0));
    this.heard.push(tagged ? `${Number.parseInt(line.slice(28, 32), 16) & 0xfff}:${text}` : text);
    this.#wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}
