/**
 * A network plugin in the manner of CNI (https://www.cni.dev/docs/spec/) for runtimes whose containers are virtual machines: ADD
 * plugs a tap into a bridge and tells its name, DEL takes it away. Both may be repeated.
 *
 * Configuration on standard input: {"cniVersion": "1.0.0", "name": "net", "type": "cni-tap", "bridge": "br-int", "remote": "unix:..."}
 * and in the environment CNI_COMMAND, CNI_CONTAINERID and CNI_IFNAME.
 */
import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { connect, OvskitError } from 'ovskit';
import { Plugger, type PlugRequest } from 'ovskit/vif';

const VERSIONS = ['0.4.0', '1.0.0'];

/** Error codes of the specification. */
const CODES = { incompatible: 1, environment: 4, decode: 6, configuration: 7, tryAgain: 11, plugin: 100 };

class CniError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly details = '',
  ) {
    super(message);
  }
}

interface Configuration {
  cniVersion: string;
  bridge: string;
  remote?: string;
}

function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new CniError(CODES.environment, `${name} is not set`);
  return value;
}

/** The same container and interface always get the same names, so that ADD and DEL can be repeated. */
function requestFor(bridge: string): PlugRequest {
  const container = environment('CNI_CONTAINERID');
  const hash = createHash('sha256')
    .update(`${container} ${environment('CNI_IFNAME')}`)
    .digest('hex');
  const uuid = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  return {
    vif: {
      type: 'ovs',
      id: uuid(hash),
      devname: `cni${hash.slice(0, 11)}`,
      // Locally administered, for one card.
      address: `02:${hash.slice(20, 30).match(/../g)!.join(':')}`,
      network: { bridge },
    },
    instance: { uuid: uuid(createHash('sha256').update(container).digest('hex')) },
  };
}

async function run(configuration: Configuration): Promise<object | undefined> {
  const { cniVersion, bridge, remote } = configuration;
  const command = environment('CNI_COMMAND');
  if (command === 'VERSION') return { cniVersion, supportedVersions: VERSIONS };
  if (!VERSIONS.includes(cniVersion)) {
    throw new CniError(CODES.incompatible, `cniVersion ${cniVersion} is not one of ${VERSIONS.join(', ')}`);
  }
  if (typeof bridge !== 'string') throw new CniError(CODES.configuration, '"bridge" is missing');
  const request = requestFor(bridge);
  await using ovs = await connect(remote);
  await using plugger = new Plugger(ovs);
  switch (command) {
    case 'ADD': {
      const { name } = await plugger.plug(request);
      return { cniVersion, interfaces: [{ name, mac: request.vif.address }], ips: [], dns: {} };
    }
    case 'DEL':
      await plugger.unplug(request);
      return undefined;
    default:
      throw new CniError(CODES.environment, `CNI_COMMAND ${command} is not ADD, DEL or VERSION`);
  }
}

function read(input: string): Configuration {
  try {
    return JSON.parse(input) as Configuration;
  } catch (error) {
    throw new CniError(CODES.decode, `the configuration is no JSON: ${(error as Error).message}`);
  }
}

let configuration: Configuration | undefined;
try {
  configuration = read(await text(process.stdin));
  const result = await run(configuration);
  if (result) console.log(JSON.stringify(result));
} catch (error) {
  const { message, stack } = error as Error;
  const cni =
    error instanceof CniError
      ? error
      : error instanceof OvskitError
        ? new CniError(error.code === 'ERR_TIMEOUT' ? CODES.tryAgain : CODES.plugin, message, error.code)
        : new CniError(CODES.plugin, message, stack);
  const { code, details } = cni;
  console.log(JSON.stringify({ cniVersion: configuration?.cniVersion ?? '1.0.0', code, msg: cni.message, details }));
  process.exitCode = 1;
}
