/** Facts of a machine that is not this one, as a request's `host` tells them. */
import { release as osRelease } from 'node:os';
import type { Address, Route } from '../netdev/index.js';
import type { Carried, Facts, VfFacts } from './facts.js';
import { deviceName, hybridNames } from './names.js';
import type { HostInput, VifRequest } from './request/index.js';

/** What `host` does not tell is taken for as wanted. Of the switch it tells nothing: a port is there where its device is. */
export function hostFacts(host: HostInput): Facts {
  return factsWith(host, new Set(host.devices ?? []));
}

/** The same machine as an unplug finds it: with the VIF's devices when it was plugged in; whatever ports its switch has. */
export function unplugHostFacts(host: HostInput, { vif }: VifRequest, plugged: boolean): Facts {
  const { bridge, bridgeEnd, switchEnd } = hybridNames(vif);
  const made = plugged ? [deviceName(vif), bridge, bridgeEnd, switchEnd] : [];
  const devices = new Set([...(host.devices ?? []), ...made]);
  return { ...factsWith(host, devices), port: () => 'as wanted' };
}

function factsWith(host: HostInput, devices: ReadonlySet<string>): Facts {
  return {
    link: (name) => (devices.has(name) ? {} : undefined),
    bridge: () => 'unknown',
    port: (name) => (devices.has(name) ? 'as wanted' : undefined),
    portsOf: () => [],
    carried: (device) => (devices.has(device) ? carriedBy(host) : { addresses: [], routes: [] }),
    virtualFunction: (address) => vfFacts(host, address),
    ipv6: true,
    kernelRelease: host.kernel ?? osRelease(),
  };
}

function vfFacts({ pci }: HostInput, address: string): VfFacts | undefined {
  const entry = Object.entries(pci ?? {}).find(([key]) => key.toLowerCase() === address)?.[1];
  const index = Object.entries(entry?.vfs ?? {}).find(([, vf]) => vf.toLowerCase() === address)?.[0];
  if (!entry || index === undefined) return undefined;
  return {
    devices: entry.net ?? [],
    pfDevices: entry.pf_net ?? [],
    index: Number(index),
    representor: entry.representor ?? undefined,
  };
}

/** What `ip address show` and `ip route show` of the interface printed. */
function carriedBy({ outputs }: HostInput): Carried {
  const linesOf = (object: string) =>
    (outputs ?? [])
      .filter(({ match }) => match[0] === 'ip' && match[1] === object)
      .flatMap(({ stdout }) => stdout.split('\n').map((line) => line.trim().split(/\s+/)));
  return {
    addresses: linesOf('addr').flatMap((words) => parseAddress(words) ?? []),
    routes: linesOf('route').flatMap((words) => parseRoute(words) ?? []),
  };
}

function parseAddress(words: readonly string[]): Address | undefined {
  const [family, prefix = ''] = words;
  if (family !== 'inet' && family !== 'inet6') return undefined;
  const [address = '', length] = prefix.split('/');
  const after = (key: string) => (words.includes(key) ? (words[words.indexOf(key) + 1] ?? null) : null);
  const scope = (after('scope') ?? 'global') as Address['scope'];
  if (family === 'inet6' && scope === 'link') return undefined;
  return {
    family,
    address,
    prefixLength: Number(length ?? (family === 'inet' ? 32 : 128)),
    peer: after('peer'),
    broadcast: after('brd'),
    label: null,
    scope,
    flags: [],
    validLifetime: Number.POSITIVE_INFINITY,
    preferredLifetime: Number.POSITIVE_INFINITY,
  };
}

/** The kernel makes the route to the network of an address by itself. */
function parseRoute(words: readonly string[]): Route | undefined {
  const [destination = ''] = words;
  const after = (key: string) => (words.includes(key) ? (words[words.indexOf(key) + 1] ?? null) : null);
  const gateway = after('via');
  if (destination === '' || after('proto') === 'kernel' || (gateway === null && after('scope') === 'link')) {
    return undefined;
  }
  const metric = after('metric');
  const mtu = after('mtu');
  return {
    family: destination.includes(':') || gateway?.includes(':') ? 'inet6' : 'inet',
    destination,
    gateway,
    source: after('src'),
    metric: metric === null ? null : Number(metric),
    table: 254,
    protocol: after('proto') ?? 'boot',
    scope: (after('scope') ?? (gateway === null ? 'link' : 'global')) as Route['scope'],
    mtu: mtu === null ? null : Number(mtu),
    onlink: words.includes('onlink'),
  };
}
