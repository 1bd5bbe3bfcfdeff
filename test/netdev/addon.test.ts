import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { read } from '../../src/netdev/native.js';

test('a missing build is told with how to build it', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'ovskit-addon-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const dist = join(root, 'dist/src');
  for (const folder of ['base', 'netdev']) {
    mkdirSync(join(dist, folder), { recursive: true });
    cpSync(new URL(`../../src/${folder}`, import.meta.url), join(dist, folder), { recursive: true });
  }
  writeFileSync(join(root, 'package.json'), '{ "name": "unbuilt", "type": "module" }');
  symlinkSync(new URL('../../../node_modules', import.meta.url).pathname, join(root, 'node_modules'));
  const { checkDeviceName, listLinks } = await import(join(dist, 'netdev/index.js'));
  t.is(checkDeviceName('eth0'), 'eth0');
  t.throws(() => listLinks(), {
    code: 'ERR_NETDEV_ADDON_MISSING',
    message: /npm run build:native.*No native build was found/,
  });
});

test('names are only read of sets whose size never changes', (t) => {
  const ETH_SS_STATS = 1;
  for (const set of [ETH_SS_STATS, 36, -1]) {
    t.throws(
      () =>
        read(
          () => 'read names',
          (addon) => addon.readStrings('lo', set),
        ),
      { message: /GSTRINGS.*EINVAL/ },
    );
  }
});
