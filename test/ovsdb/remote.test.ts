import test from 'ava';
import { defaultProbeInterval, parseRemote, parseRemotes, type Remote } from '../../src/ovsdb/remote.js';

const forms: [text: string, remote: object][] = [
  ['unix:/run/db.sock', { kind: 'unix', path: '/run/db.sock' }],
  ['unix:relative.sock', { kind: 'unix', path: 'relative.sock' }],
  ['punix:/run/a:b,c.sock', { kind: 'punix', path: '/run/a:b,c.sock' }],
  ['tcp:127.0.0.1:6640', { kind: 'tcp', host: '127.0.0.1', port: 6640 }],
  ['tcp:db.example', { kind: 'tcp', host: 'db.example', port: 6640 }],
  ['tcp:[::1]:1', { kind: 'tcp', host: '::1', port: 1 }],
  ['ssl:[fe80::1%eth0]:65535', { kind: 'ssl', host: 'fe80::1%eth0', port: 65535 }],
  ['ssl:[::1]', { kind: 'ssl', host: '::1', port: 6640 }],
  ['ptcp:', { kind: 'ptcp', host: undefined, port: 6640 }],
  ['ptcp:0', { kind: 'ptcp', host: undefined, port: 0 }],
  ['ptcp:6641:127.0.0.1', { kind: 'ptcp', host: '127.0.0.1', port: 6641 }],
  ['pssl:6641:[::1]', { kind: 'pssl', host: '::1', port: 6641 }],
  ['pssl::[::1]', { kind: 'pssl', host: '::1', port: 6640 }],
];

for (const [text, remote] of forms) {
  test(`reads ${text}`, (t) => t.deepEqual(parseRemote(text), { text, ...remote } as Remote));
}

for (const text of [
  '',
  'unix:',
  '/run/db.sock',
  'tcp:',
  'tcp:::1:6640',
  'tcp:host:port',
  'ptcp:port',
  'udp:host:1',
  'TCP:h',
]) {
  test(`refuses ${text || 'nothing'}, and says how remotes are written`, (t) => {
    t.throws(() => parseRemote(text), {
      code: 'ERR_INVALID_ARGUMENT',
      message: /is not understood; write it as unix:PATH/,
    });
  });
}

test('refuses ports and paths that cannot be', (t) => {
  t.throws(() => parseRemote('tcp:h:0'), { message: /"tcp:h:0": a port is 1 to 65535/ });
  t.throws(() => parseRemote('ptcp:65536'), { message: /a port is 0 to 65535/ });
  t.throws(() => parseRemote(`unix:/${'x'.repeat(107)}`), { message: /107 bytes at most/ });
  t.notThrows(() => parseRemote(`unix:/${'x'.repeat(106)}`));
});

test('only a network is asked for signs of life by default', (t) => {
  for (const text of ['unix:/run/db.sock', 'punix:/run/db.sock'])
    t.is(defaultProbeInterval(parseRemote(text)), 0, text);
  for (const text of ['tcp:[::1]:1', 'ssl:[::1]', 'ptcp:0', 'pssl:0'])
    t.is(defaultProbeInterval(parseRemote(text)), 5000, text);
});

test('several remotes come as a list, joined by commas, or both', (t) => {
  const texts = (remotes: string | string[]) => parseRemotes(remotes).map(({ text }) => text);
  t.deepEqual(texts('tcp:a:1,ssl:b:2,unix:/c'), ['tcp:a:1', 'ssl:b:2', 'unix:/c']);
  t.deepEqual(texts(['tcp:a:1,ptcp:2', 'unix:/c,d']), ['tcp:a:1', 'ptcp:2', 'unix:/c,d'], 'a path may have a comma');
  t.throws(() => parseRemotes([]), { code: 'ERR_INVALID_ARGUMENT', message: /at least one remote/ });
  t.throws(() => parseRemotes('tcp:a:1,tcp:'), { message: /"tcp:" is not understood/ });
});
