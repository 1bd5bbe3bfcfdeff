import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { GuestError } from './errors.js';
import type { Prepared } from './prepare.js';
import type { Accel } from './qemu.js';

export interface MachineFiles {
  /** The run's folder, which the guest sees at the same path. */
  work: string;
  writable: readonly string[];
  accel: Accel;
  deviceArgs: readonly string[];
}

export interface MachineOptions {
  memory?: number;
  cpus?: number;
  stdout?: NodeJS.WritableStream;
  stderr?: NodeJS.WritableStream;
}

/** One running QEMU. */
export interface Machine {
  /** Fulfilled when the guest is about to run its command; rejected when it says why it can't. */
  up: Promise<void>;
  /** The command's exit status; never settles when the guest dies before. */
  exit: Promise<number>;
  stdout: Promise<Buffer>;
  stderr: Promise<Buffer>;
  /** Fulfilled when the QEMU process is gone, for whatever reason. */
  stopped: Promise<void>;
  kill(): Promise<void>;
  /** What QEMU and the guest's console said at the end. */
  lastWords(): Promise<string>;
}

/** Quiet, no waiting at a panic, and no probing of timers that emulation makes slow or wrong. */
const KERNEL_ARGS =
  'console=ttyS0 quiet panic=-1 mitigations=off nokaslr tsc=reliable no_timer_check random.trust_cpu=1 printk.devkmsg=off';

function qemuArgs(files: MachineFiles, { tools, kernel }: Prepared, options: MachineOptions): string[] {
  const { work } = files;
  const port = (nr: number, path: string) => [
    '-chardev',
    `socket,id=port${nr},path=${path}`,
    '-device',
    `virtserialport,chardev=port${nr},nr=${nr}`,
  ];
  const share = (tag: string, path: string, more: string) => [
    '-virtfs',
    `local,mount_tag=${tag},security_model=none,multidevs=remap,path=${path.replaceAll(',', ',,')}${more}`,
  ];
  return [
    ...['-machine', 'q35,usb=off,vmport=off', '-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none'],
    ...(files.accel === 'kvm' ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=multi', '-cpu', 'max']),
    ...['-m', String(options.memory ?? 1024), '-smp', String(options.cpus ?? 1)],
    ...tools.firmware.flatMap((dir) => ['-L', dir]),
    ...['-kernel', kernel.image, '-initrd', join(work, 'initrd')],
    ...['-append', `${KERNEL_ARGS} ovskit.work=${work} ovskit.modules=${join(kernel.dir, 'lib', 'modules')}`],
    ...['-serial', `file:${join(work, 'console')}`],
    // The monitor listens, and QEMU itself joins it to the guest's fourth port.
    ...['-chardev', `socket,id=qmp,path=${join(work, 'qmp')},server=on,wait=off`, '-mon', 'chardev=qmp,mode=control'],
    ...['-device', 'virtio-serial-pci'],
    ...port(1, join(work, 'stdout')),
    ...port(2, join(work, 'stderr')),
    ...port(3, join(work, 'progress')),
    ...port(4, join(work, 'qmp')),
    ...share('root', '/', ',readonly=on'),
    ...files.writable.flatMap((dir, i) => share(`rw${i}`, dir, '')),
    ...files.deviceArgs,
  ];
}

/** A listening socket for one port of the guest, and the connection once QEMU makes it. */
async function listen(path: string): Promise<{ server: Server; socket: Promise<Socket> }> {
  const server = createServer();
  const socket = once(server, 'connection').then(([connection]) => connection as Socket);
  server.listen(path);
  await once(server, 'listening');
  return { server, socket };
}

/** All of a stream: passed on to `sink` at the sink's own pace, or collected. */
async function drain(socket: Socket, sink: NodeJS.WritableStream | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (sink) socket.pipe(sink, { end: false });
  else socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await finished(socket, { writable: false }).catch(() => {});
  return Buffer.concat(chunks);
}

export async function startMachine(files: MachineFiles, prepared: Prepared, options: MachineOptions): Promise<Machine> {
  const { work } = files;
  const ports = await Promise.all(['stdout', 'stderr', 'progress'].map((name) => listen(join(work, name))));
  const [stdout, stderr, progress] = ports.map(({ socket }) => socket) as [
    Promise<Socket>,
    Promise<Socket>,
    Promise<Socket>,
  ];
  const { tools } = prepared;
  // With its parent's death QEMU dies too, even when that was a SIGKILL.
  const qemu = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', tools.program('qemu-system-x86_64'), ...qemuArgs(files, prepared, options)],
    { env: tools.env, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  let complaints = '';
  qemu.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  let lastLine: Promise<unknown> | undefined;
  const stopped = new Promise<void>((resolve, reject) => {
    qemu.on('close', async () => {
      await lastLine; // what it said before its end counts
      resolve();
    });
    qemu.on('error', (error) => reject(new GuestError(`QEMU can't be started: ${error.message}`, { cause: error })));
  }).finally(() => {
    for (const { server } of ports) server.close();
  });
  stopped.catch(() => {});

  let onUp!: () => void;
  let onFailed!: (error: Error) => void;
  let onExit!: (status: number) => void;
  const up = new Promise<void>((resolve, reject) => {
    onUp = resolve;
    onFailed = reject;
  });
  const exit = new Promise<number>((resolve) => {
    onExit = resolve;
  });
  progress.then((socket) => {
    const lines = createInterface({ input: socket }).on('line', (line) => {
      if (line === 'up') onUp();
      else if (line.startsWith('failed ')) onFailed(new GuestError(`the guest ${line}`));
      else if (line.startsWith('exit ')) onExit(Number(line.slice(5)));
    });
    lastLine = once(lines, 'close');
  });

  return {
    up,
    exit,
    stdout: stdout.then((socket) => drain(socket, options.stdout)),
    stderr: stderr.then((socket) => drain(socket, options.stderr)),
    stopped,
    async kill() {
      qemu.kill('SIGKILL');
      await stopped.catch(() => {});
    },
    async lastWords() {
      const console = await readFile(join(work, 'console'), 'utf8').catch(() => '');
      const lines = `${complaints}\n${console}`.split(/\r?\n/).filter(Boolean);
      return lines.slice(-5).join(' | ').slice(-600) || 'it said nothing';
    },
  };
}
