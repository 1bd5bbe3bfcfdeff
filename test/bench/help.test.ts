import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { headOf } from '../../bench/lib/help.js';
import { BENCHES } from '../../bench/lib/list.js';

const execute = promisify(execFile);

test('each measurement says what it takes, and measures nothing', async (t) => {
  const usages = [...BENCHES, 'run', 'readme'].map(async (name) => {
    const script = fileURLToPath(new URL(`../../bench/${name}.js`, import.meta.url));
    const { stdout, stderr } = await execute(process.execPath, [script, '--short', '--help']);
    t.is(stderr, '', name);
    t.is(stdout, `${headOf(script)}\n`);
    t.true(stdout.includes(name === 'run' ? '`npm run bench`' : `node dist/bench/${name}.js [`), `${name}: ${stdout}`);
  });
  await Promise.all(usages);
});
