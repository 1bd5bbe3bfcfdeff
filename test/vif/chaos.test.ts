import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { isTap, linkExists, listLinks } from '../../src/netdev/index.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { Plugger } from '../../src/vif/index.js';
import { Ovs } from '../../src/vswitch/index.js';
import { needsRoot } from '../support/root.js';
import { request } from './request.js';

const churn = fileURLToPath(new URL('./churn.js', import.meta.url));
const SECONDS = process.env.OVSKIT_LONG === undefined ? 8 : 120;
const VIFS = 40;

const between = (least: number, most: number) => least + Math.random() * (most - least);

needsRoot(test)(
  'whoever is killed under load, what was said to be done is so, and a reconcile puts all in order',
  async (t) => {
    t.timeout((SECONDS + 120) * 1000);
    const sandbox = await startSandbox();
    t.teardown(() => sandbox.stop());
    await sandbox.addBridge('br-int');
    /** What was told last of each VIF. */
    const said = new Map<string, string>();
    let kills = 0;
    const end = performance.now() + SECONDS * 1000;

    const churning = async () => {
      while (performance.now() < end) {
        const child = spawn(process.execPath, [churn, sandbox.remote, String(VIFS)], {
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        let rest = '';
        child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() as string;
          for (const line of lines) {
            const [what, name] = line.split(' ') as [string, string];
            said.set(name, what);
          }
        });
        const closed = once(child, 'close');
        await delay(between(1500, 4000));
        child.kill('SIGKILL');
        await closed;
        kills++;
      }
    };
    const killing = async () => {
      while (performance.now() < end) {
        await delay(between(500, 2500));
        const daemon = Math.random() < 0.5 ? sandbox.ovsdbServer : sandbox.vswitchd;
        await daemon?.kill();
        await daemon?.start(AbortSignal.timeout(30_000));
        kills++;
      }
    };
    await Promise.all([churning(), killing()]);
    t.true(kills >= 4, `${kills} kills`);

    await using ovs = await Ovs.connect(sandbox.remote);
    const done = [...said].filter(([, what]) => what !== 'begin');
    t.true(done.length > 0, 'something was done');
    for (const [name, what] of done) {
      t.is(ovs.tables.port(name) !== undefined, what === 'plugged', `${name} was ${what}`);
      t.is(linkExists(name), what === 'plugged', `${name} was ${what}`);
    }

    // Half of what there was is wanted, and some more.
    const desired = Array.from({ length: VIFS / 2 }, (_, index) => request(2 * index + 1)).concat(request(VIFS + 1));
    await using plugger = new Plugger(ovs);
    const looks = [await plugger.reconcile(desired), await plugger.reconcile(desired)];
    t.deepEqual(
      looks.flatMap(({ failed }) => failed),
      [],
    );
    t.like(looks[1], { unchanged: desired.length, stale: [] });
    const wanted = desired.map(({ vif }) => vif.devname as string).sort();
    t.deepEqual(ovs.tables.bridge('br-int')?.ports.length, wanted.length + 1);
    t.deepEqual(
      [...ovs.tables.interfaces.rows()].flatMap(({ name, ofport }) => (ofport && ofport > 0 ? [name] : [])).sort(),
      ['br-int', ...wanted],
    );
    const taps = listLinks().filter((name) => /^tap\d+$/.test(name) && isTap(name));
    t.deepEqual(taps.sort(), wanted);
  },
);
