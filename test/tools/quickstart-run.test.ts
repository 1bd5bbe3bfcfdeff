import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { networkOf, processesIn, until } from '../support/processes.js';
import { needsRoot } from '../support/root.js';

const script = fileURLToPath(new URL('../../tools/quickstart.js', import.meta.url));
const rootTest = needsRoot(test).serial;

/** The quickstart, with a folder of its own for what it may leave behind. */
function start(t: ExecutionContext) {
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-quickstart-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
    });
  }
  return { child, directory, printed: () => printed };
}

/** Processes, other than ours, whose environment names the folder. */
function processesOf(directory: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`=${directory}`);
    } catch {
      return false;
    }
  });
}

async function nothingIsLeft(t: ExecutionContext, directory: string, network: string | undefined): Promise<void> {
  await until('the end of all its processes', () => processesOf(directory).length === 0);
  t.deepEqual(readdirSync(directory), []);
  if (network && network !== networkOf(process.pid)) t.deepEqual(processesIn(network), []);
}

/** The network namespace it is in by now, while it lives. */
function networkNow(child: ChildProcess): string | undefined {
  try {
    return networkOf(child.pid as number);
  } catch {
    return undefined;
  }
}

rootTest('plugs the sample, shows the table and the switch, unplugs, and leaves nothing', async (t) => {
  const { child, directory, printed } = start(t);
  const [status] = await once(child, 'exit');
  t.is(status, 0, printed());
  const [heading, ...lines] = printed().split('\n');
  t.regex(heading ?? '', /^NAME +OFPORT +MAC +DRIVER +CARRIER +MS$/);
  const rows = lines.slice(0, lines.indexOf(''));
  t.is(rows.length, 20);
  for (const row of rows) t.regex(row, /^nic[0-9a-f-]{11} +\d+ +fa:16:3e(:[0-9a-f]{2}){3} +tun +(yes|no) +\d+\.\d$/);
  t.is(new Set(rows.map((row) => row.split(/ +/)[1])).size, 20, 'each has an ofport of its own');
  t.is(printed().match(/^ +Interface nic/gm)?.length, 20);
  t.regex(printed(), /20 VIFs unplugged; nothing is left\.\n$/);
  await nothingIsLeft(t, directory, undefined);
});

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  for (const moment of [30, 150, 250, 350, 'table'] as const) {
    const when = moment === 'table' ? 'once the table stands' : `after ${moment} ms`;
    rootTest(`${signal} ${when} leaves nothing`, async (t) => {
      const { child, directory, printed } = start(t);
      const exit = once(child, 'exit');
      if (moment === 'table') await until('the table', () => printed().includes('OFPORT'));
      else await delay(moment);
      const network = networkNow(child);
      child.kill(signal);
      const [status, killedBy] = await exit;
      // Before its first line runs, the signal ends it as it would any program; at the very end, it may be done already.
      t.true(
        killedBy === signal || status === expected || (moment === 'table' && status === 0),
        `${status} ${printed()}`,
      );
      await nothingIsLeft(t, directory, network);
    });
  }
}
