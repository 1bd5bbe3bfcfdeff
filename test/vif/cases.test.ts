import { readFileSync } from 'node:fs';
import test from 'ava';
import { errorAsJson } from '../../src/base/errors.js';
import { explainVif, type PlugRequest, parsePlugRequest, planOnHost, vifConfig } from '../../src/vif/index.js';
import { effects, type Ran } from './cases/commands.js';
import { parseXml } from './cases/xml.js';

/** What the originals did: made by running them, `../shared/cases/README.md`. */
interface Case {
  readonly input: { readonly name: string; readonly release: 'icehouse' | 'newton' } & Record<string, unknown>;
  readonly expected: readonly Expected[];
}

interface Expected {
  readonly op: 'get_config' | 'plug' | 'unplug';
  readonly xml?: string;
  /** The original's own bug: it could not write the XML that it had made up. */
  readonly xml_error?: object;
  readonly commands: readonly Ran[];
  readonly error?: { readonly type: string; readonly msg: string };
}

const file = new URL('../../../test/vif/cases/originals.jsonl', import.meta.url);
const cases: Case[] = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** What ours is instead, and why: only where docs/vif.md says so. Keys are `name, release, op`. */
const deviations: Readonly<
  Record<
    string,
    { why: string; xml?: string; error?: string; effects?: readonly string[]; replaced?: [RegExp, string] }
  >
> = {
  'bridge, create vlan and bridge, newton, plug': {
    why: 'the original died of a bug of its own (a missing argument) between the VLAN device and the bridge; ours makes both',
    effects: [
      'ip link add link eth0 name vlan99 type vlan id 99',
      'ip link set vlan99 up',
      'ip link set vlan99 mtu 1500',
      'ip link add name br100 type bridge',
      'bridge br100 forward_delay 0',
      'bridge br100 stp_state 0',
      'ipv6 off br100 1',
      'ip link set br100 up',
      'ip link set vlan99 master br100',
      'ip link set vlan99 up',
    ],
  },
  ...Object.fromEntries(
    ['icehouse', 'newton'].flatMap((release) =>
      ['get_config', 'plug', 'unplug'].map((op) => [
        `devname null, ${release}, ${op}`,
        {
          why: 'a device is named by devname "when there is one": null is none; the original made a device named None',
          replaced: [/None/g, 'nicdc065497-3c'],
          ...(op === 'get_config' ? { xml: '<target dev="nicdc065497-3c"/>' } : {}),
        },
      ]),
    ),
  ),
  ...Object.fromEntries(
    ['get_config', 'plug', 'unplug'].map((op) => [
      `MAC malformed, icehouse, ${op}`,
      { why: 'everything is validated at the door', error: 'ERR_INVALID_ARGUMENT' },
    ]),
  ),
  'ovs, no bridge name, icehouse, get_config': {
    why: 'the original failed as it wrote the XML (a TypeError); ours names the field that is missing',
    error: 'ERR_VIF_DETAILS_MISSING',
  },
  'bridge, vlan wanted but missing, icehouse, plug': {
    why: 'everything is validated at the door: the original made a device named vlanNone of VLAN None',
    error: 'ERR_VIF_DETAILS_MISSING',
  },
};

/** Which error of ours is of the kind of the original's. */
const KINDS: readonly [RegExp, string][] = [
  [/vif_type parameter must be present/, 'ERR_INVALID_ARGUMENT'],
  [/Unsupported VIF type/, 'ERR_VIF_UNKNOWN_TYPE'],
  [/^UnsupportedHardware/, 'ERR_VIF_UNSUPPORTED_MODEL'],
  [/Field value acme is invalid/, 'ERR_VIF_UNSUPPORTED_MODEL'],
  [/Malformed MAC/, 'ERR_INVALID_ARGUMENT'],
  [/Missing(Macvtap|Vhost|PhysicalNetwork)|Missing vlan number|bridge_name/, 'ERR_VIF_DETAILS_MISSING'],
  [/^FileNotFoundError/, 'ERR_TOOL_NOT_FOUND'],
];

interface Outcome {
  readonly xml: string | null;
  readonly commands: readonly (readonly string[])[];
  readonly error: { readonly code: string; readonly message: string } | null;
}

async function outcomeOf(input: Case['input'], op: Expected['op']): Promise<Outcome> {
  const nothing = { xml: null, commands: [], error: null };
  try {
    if (op === 'get_config') return { ...nothing, xml: await vifConfig(input as unknown as PlugRequest) };
    const request = parsePlugRequest(input);
    const host = request.host ?? {};
    return { ...nothing, ...explainVif(planOnHost(op, request, host), host) };
  } catch (error) {
    return { ...nothing, error: errorAsJson(error) };
  }
}

for (const { input, expected } of cases) {
  const { name, release } = input;
  test(`${name}, ${release}: XML, commands and errors are the original's`, async (t) => {
    for (const { op, ...original } of expected) {
      const key = `${name}, ${release}, ${op}`;
      const ours = await outcomeOf(input, op);
      const deviation = deviations[key];
      const kind =
        original.error && KINDS.find(([pattern]) => pattern.test(`${original.error?.type}: ${original.error?.msg}`));
      if (original.error && !deviation) t.truthy(kind, `${key}: which kind is ${original.error.type}?`);
      const code = deviation ? deviation.error : kind?.[1];
      t.is(ours.error?.code, code, `${key}: ${ours.error?.message}`);
      if (code === undefined || op !== 'get_config') checkCommands(original, deviation);
      if (code !== undefined) t.is(ours.xml, null);
      else checkXml(original.xml, deviation);

      function checkCommands({ commands }: typeof original, given: typeof deviation) {
        if (given?.error !== undefined) return t.deepEqual(ours.commands, [], key);
        const wanted =
          given?.effects ?? effects(commands).map((text) => (given?.replaced ? text.replace(...given.replaced) : text));
        return t.deepEqual(effects(ours.commands.map((argv) => ({ argv }))), [...wanted], key);
      }

      function checkXml(xml: string | undefined, given: typeof deviation) {
        if (xml === undefined) return t.is(ours.xml, null, key);
        const wanted = given?.xml === undefined ? xml : xml.replace('</interface>', `${given.xml}</interface>`);
        return t.deepEqual(parseXml(ours.xml ?? ''), parseXml(wanted), key);
      }
    }
  });
}

test('there are 102 cases, and every deviation is one of a case', (t) => {
  t.is(cases.length, 102);
  const keys = cases.flatMap(({ input, expected }) =>
    expected.map(({ op }) => `${input.name}, ${input.release}, ${op}`),
  );
  t.deepEqual(
    Object.keys(deviations).filter((key) => !keys.includes(key)),
    [],
  );
});
