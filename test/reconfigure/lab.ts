import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createVethPair, moveLink, setFeatures } from '../../src/netdev/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { output } from '../support/run.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** A host with network cards, and the LAN that they are plugged into: veth pairs to a switch in another namespace. */
export class Lab {
  /** The LAN's own addresses: untagged, and in VLAN 5. */
  static readonly lan = '10.77.0.254';
  static readonly vlan5 = '10.77.5.254';
  readonly sandbox: Sandbox;
  readonly ovs: Ovs;
  readonly #lan: { child: ChildProcess; pid: number; directory: string };

  private constructor(sandbox: Sandbox, ovs: Ovs, lan: { child: ChildProcess; pid: number; directory: string }) {
    this.sandbox = sandbox;
    this.ovs = ovs;
    this.#lan = lan;
  }

  /** `cards` cards, `eth0` and so on, with MAC addresses by {@link macOf}; all are down. */
  static async start(cards: number): Promise<Lab> {
    const sandbox = await startSandbox();
    const ovs = await Ovs.connect(sandbox.remote);
    // A switch of its own, as a kernel need not have VLAN devices; and no machine is sure to have ping(8).
    const lan = spawn(process.execPath, [MAIN, 'sandbox', '--', process.execPath, '-e', ECHO], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: sandbox.childEnv,
    });
    const [ready] = (await once(lan.stdout, 'data')) as [Buffer];
    const { pid, directory } = JSON.parse(String(ready)) as { pid: number; directory: string };
    const lab = new Lab(sandbox, ovs, { child: lan, pid, directory });
    // A card's own stack sees what the datapath in user space takes from it, and must not answer in its place.
    for (const rule of STRICT) {
      execFileSync('sh', ['-c', rule]);
      lab.inLan('sh', '-c', rule);
    }
    const ports = [];
    for (let card = 0; card < cards; card++) {
      await createVethPair(`eth${card}`, `lan${card}`, { mac: macOf(card) });
      // The datapath in user space would pass on checksums that are still to be made.
      await setFeatures(`lan${card}`, { tx: false });
      await moveLink(`lan${card}`, { pid });
      lab.inLan('ip', 'link', 'set', `lan${card}`, 'up');
      ports.push('--', 'add-port', 'lan', `lan${card}`);
    }
    const vlan = ['--', 'add-port', 'lan', 'vlan5', 'tag=5', '--', 'set', 'Interface', 'vlan5', 'type=internal'];
    lab.inLan('ovs-vsctl', 'add-br', 'lan', '--', 'set', 'Bridge', 'lan', 'datapath_type=netdev', ...ports, ...vlan);
    for (const [device, address] of [
      ['lan', Lab.lan],
      ['vlan5', Lab.vlan5],
    ] as const) {
      lab.inLan('ip', 'address', 'add', `${address}/24`, 'dev', device);
      lab.inLan('ip', 'link', 'set', device, 'up');
    }
    return lab;
  }

  inLan(...argv: string[]): string {
    const { pid, directory } = this.#lan;
    const env = { ...process.env, OVS_RUNDIR: directory };
    return execFileSync('nsenter', [`--net=/proc/${pid}/ns/net`, ...argv], { encoding: 'utf8', env });
  }

  /** What ifup would do: an address on a bridge's own device. */
  address(device: string, address: string): void {
    execFileSync('ip', ['address', 'replace', `${address}/24`, 'dev', device]);
    execFileSync('ip', ['link', 'set', device, 'up']);
  }

  /** Whether one of some datagrams, sent within 10 s, comes back from there. */
  async reaches(address: string): Promise<boolean> {
    await using probe = new Probe(address);
    return await probe.answered(10_000);
  }

  env(): NodeJS.ProcessEnv {
    return { ...process.env, ...this.sandbox.env };
  }

  vsctl(...words: string[]): Promise<string> {
    return output('ovs-vsctl', words, { env: this.env() });
  }

  ofctl(...words: string[]): Promise<string> {
    return output('ovs-ofctl', words, { env: this.env() });
  }

  async stop(): Promise<void> {
    await this.ovs.close();
    this.#lan.child.kill();
    await once(this.#lan.child, 'exit');
    await this.sandbox.stop();
  }
}

/** The MAC address of a card. */
export function macOf(card: number): string {
  return `52:54:00:77:00:0${card + 1}`;
}

const STRICT = ['rp_filter', 'arp_ignore'].map((name) => `echo 1 > /proc/sys/net/ipv4/conf/all/${name}`);
const PORT = 7;
const ECHO = `
  const socket = require('dgram').createSocket('udp4');
  socket.on('message', (text, { port, address }) => socket.send(text, port, address));
  socket.bind(${PORT}, () => console.log(JSON.stringify({ pid: process.pid, directory: process.env.OVS_RUNDIR })));
`;

/** Sends a datagram every 10 ms to an echo server, and counts what comes back. */
export class Probe implements AsyncDisposable {
  sent = 0;
  received = 0;
  readonly #socket = createSocket('udp4');
  readonly #timer: NodeJS.Timeout;
  #onAnswer = () => {};

  constructor(address: string) {
    this.#socket.on('message', () => {
      this.received++;
      this.#onAnswer();
    });
    // No route, or nobody there: as good as no answer.
    this.#socket.on('error', () => {});
    this.#timer = setInterval(() => this.#socket.send(String(this.sent++), PORT, address, () => {}), 10);
  }

  /** Waits for an answer, `timeout` milliseconds at most. */
  answered(timeout: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeout);
      this.#onAnswer = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  /** Sends no more, and waits until all are back or 2 s have passed. @returns how many are lost. */
  async lost(): Promise<number> {
    clearInterval(this.#timer);
    while (this.received < this.sent && (await this.answered(2000)));
    return this.sent - this.received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#socket.close();
  }
}
