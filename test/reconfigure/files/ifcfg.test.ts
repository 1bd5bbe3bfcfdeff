import test from 'ava';
import { parseFacts, parseRecords, planReconfigure } from '../../../src/reconfigure/index.js';
import { hostDocument } from '../host.js';
import { settled } from '../planner/settled.js';

/** The files that bring eth0 up, by name, with some fields of its PIF and network changed. */
function filesOf(pif: object, network: object = {}, others: Record<string, object> = {}) {
  const document = hostDocument();
  Object.assign(document.pifs.eth0, pif);
  Object.assign(document.networks['net-eth0'], network);
  for (const [name, fields] of Object.entries(others)) {
    Object.assign(document.pifs[name as keyof typeof document.pifs], fields);
  }
  const facts = parseFacts({ ...settled(), files: { network: 'NETWORKING=yes\nGATEWAYDEV=old\n' } });
  const { plan, log } = planReconfigure(parseRecords(document), { up: 'eth0' }, facts, { ipBackend: 'ifcfg' });
  const files = plan.steps.flatMap((step) => (step.kind === 'apply-file' ? [[step.path, step.text] as const] : []));
  return {
    files: Object.fromEntries(files.map(([path, text]) => [path.slice(path.lastIndexOf('/') + 1), text])),
    messages: log.map(({ message }) => message).join('\n'),
  };
}

const STATIC = { ip_configuration_mode: 'Static', IP: '10.0.0.2', netmask: '255.255.255.0', gateway: '10.0.0.1' };

// A shell reads these files, as root.
const hostile: [string, object, RegExp][] = [
  ['an address', { ...STATIC, IP: '10.0.0.2; reboot' }, /eth0 .*: IP must not be "10\.0\.0\.2; reboot"/],
  ['a netmask', { ...STATIC, netmask: '$(reboot)' }, /: netmask must not be "\$\(reboot\)"/],
  ['a gateway', { ...STATIC, gateway: '10.0.0.1\nreboot' }, /: gateway must not be "10\.0\.0\.1\\nreboot"/],
  ['a name server', { DNS: '10.0.0.3,`reboot`' }, /: DNS must not be "`reboot`"/],
  ['a domain', { other_config: { domain: "x'; reboot; '" } }, /: domain must not be "x'; reboot; '"/],
];

for (const [what, pif, message] of hostile) {
  test(`${what} that a shell would run is refused, and its field named`, (t) => {
    const error = t.throws(() => filesOf(pif), { code: 'ERR_RECONFIGURE_RECORDS', message });
    t.regex(error.message, /which a network script would misread$/);
  });
}

test('addresses of both families, name servers and domains are written', (t) => {
  const { 'ifcfg-xenbr0': text = '' } = filesOf({
    ...STATIC,
    IP: 'fd00::2',
    DNS: '10.0.0.3, fd00::3',
    other_config: { domain: 'a.example,b.example' },
  }).files;
  const lines = text.split('\n');
  for (const line of [
    'IPADDR=fd00::2',
    'GATEWAY=10.0.0.1',
    'DNS1=10.0.0.3',
    'DNS2=fd00::3',
    "DOMAIN='a.example b.example'",
  ]) {
    t.true(lines.includes(line), line);
  }
});

test('static routes are written; when one is wrong, none is, and the log says how they should be', (t) => {
  const routes = (text: string) => filesOf({}, { other_config: { 'static-routes': text } });
  const right = routes('10.1.0.0/16/10.0.0.9, fd01::/64/fd00::9');
  t.deepEqual(right.files['route-xenbr0']?.split('\n').slice(1), [
    '10.1.0.0/16 via 10.0.0.9 dev xenbr0',
    'fd01::/64 via fd00::9 dev xenbr0',
    '',
  ]);
  for (const text of ['', '10.1.0.0/16', '10.1.0.0/16/', '10.1.0.0/16/10.0.0.9,10.2.0.0/16/`reboot`', 'a/b/c/d']) {
    const { files, messages } = routes(text);
    t.is(files['route-xenbr0']?.split('\n').length, 2, text);
    t.regex(
      messages,
      /network network-xenbr0: static-routes must be NETWORK\/LENGTH\/GATEWAY,.*no static routes/,
      text,
    );
  }
});

test('resolver and default route are those of the PIF that says so, of two the first; else of the management one', (t) => {
  const network = (pif: object, others = {}) => filesOf(pif, {}, others).files.network;
  t.is(network({}), 'NETWORKING=yes\nGATEWAYDEV=xenbr0\nDNSDEV=xenbr0\n');
  t.is(network({ management: false }), undefined);
  const says = { other_config: { peerdns: 'true' } };
  t.is(network({}, { eth3: says }), 'NETWORKING=yes\nGATEWAYDEV=xenbr0\n');
  const { files, messages } = filesOf({ ...says, management: false }, {}, { eth3: says });
  t.is(files.network, 'NETWORKING=yes\nGATEWAYDEV=old\nDNSDEV=xenbr0\n');
  t.regex(messages, /more than one PIF has peerdns=true: eth0 is taken, eth3 is not/);
});
