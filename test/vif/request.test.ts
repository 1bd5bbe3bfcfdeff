import test from 'ava';
import { deviceName, parsePlugRequest, parsePlugRequests } from '../../src/vif/index.js';
import { request } from './request.js';

/** The sample request with one field, named by its path, replaced. */
function withField(path: string, value: unknown): unknown {
  const copy = structuredClone(request(1)) as unknown as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() as string;
  const parent = keys.reduce((object, key) => object[key] as Record<string, unknown>, copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

const wrong: [path: string, value: unknown, message: string][] = [
  ['vif', undefined, 'request: vif is missing'],
  ['vif', 5, 'request: vif must be an object, not 5'],
  ['vif.id', undefined, 'request: vif.id is missing'],
  ['vif.id', 'x', 'request: vif.id must be a uuid, such as 8f3c0a52-5a1e-4c58-9c2b-0d4c1a9e7b10, not "x"'],
  ['vif.devname', '', 'request: vif.devname must not be empty, not ""'],
  ['vif.address', 5, 'request: vif.address must be a string, not 5'],
  ['vif.address', '52:54', 'request: vif.address must be a MAC address, such as 52:54:00:12:34:56, not "52:54"'],
  ['vif.network', undefined, 'request: vif.network is missing'],
  ['vif.network.bridge', '', 'request: vif.network.bridge must not be empty, not ""'],
  ['vif.network.meta', { mtu: 'big' }, 'request: vif.network.meta.mtu must be a number, not "big"'],
  ['vif.network.meta', { mtu: 1.5 }, 'request: vif.network.meta.mtu must be a whole number of bytes, not 1.5'],
  ['vif.network.meta', { mtu: 20 }, 'request: vif.network.meta.mtu must be 68 bytes at least (RFC 791), not 20'],
  ['instance', undefined, 'request: instance is missing'],
  [
    'instance.uuid',
    'x',
    'request: instance.uuid must be a uuid, such as 8f3c0a52-5a1e-4c58-9c2b-0d4c1a9e7b10, not "x"',
  ],
];

for (const [path, value, message] of wrong) {
  test(`${path} = ${JSON.stringify(value)} is refused by name`, (t) => {
    t.throws(() => parsePlugRequest(withField(path, value)), { code: 'ERR_INVALID_ARGUMENT', message });
  });
}

for (const name of ['sixteen-letters-', 'a/b', '..', 'a b']) {
  test(`the device name ${JSON.stringify(name)} is refused`, (t) => {
    t.throws(() => parsePlugRequest(withField('vif.devname', name)), {
      code: 'ERR_INVALID_ARGUMENT',
      message: /^request: vif\.devname: device name /,
    });
  });
}

test('a file holds one request, a list, or a list under "requests"', (t) => {
  t.is(parsePlugRequests(request(1)).length, 1);
  t.is(parsePlugRequests([request(1), request(2)]).length, 2);
  t.is(parsePlugRequests({ requests: [request(1), request(2)] }).length, 2);
  t.throws(() => parsePlugRequests([request(1), withField('vif.id', 5)]), { message: /^request 2: vif\.id must be/ });
  t.throws(() => parsePlugRequests({ requests: 5 }), { message: 'requests must be a list of requests' });
  t.throws(() => parsePlugRequests('x'), { message: /must be an object with vif and instance/ });
  t.throws(() => parsePlugRequests(null), { message: /must be an object with vif and instance/ });
});

test('the device is named by devname, else by the id, cut to 14 characters', (t) => {
  t.is(deviceName(request(1).vif), 'tap1');
  const { devname: _, ...unnamed } = request(1).vif;
  t.is(deviceName(parsePlugRequest({ ...request(1), vif: unnamed }).vif), 'nic00000000-00');
});
