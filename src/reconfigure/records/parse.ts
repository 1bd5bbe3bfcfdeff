import * as v from 'valibot';
import { messageOf } from '../../base/errors.js';
import { checkDeviceName } from '../../netdev/index.js';
import { RecordsError } from '../errors.js';
import { checkRelations } from './check.js';
import { IP_MODES, type Records } from './types.js';

/** More is no host's network. */
const MAX_RECORDS = 20_000;
const NULL_REF = 'OpaqueRef:NULL';

const text = v.pipe(v.string('must be a string'), v.maxLength(65_536, 'is longer than 65536 characters'));
const needed = v.pipe(text, v.nonEmpty('must not be empty'));
const reference = v.pipe(
  v.nullish(text, null),
  v.transform((ref) => (ref === null || ref === '' || ref === NULL_REF ? null : ref)),
);
const references = v.pipe(
  v.nullish(v.array(text, 'must be a list'), []),
  v.transform((refs) => refs.filter((ref) => ref !== '' && ref !== NULL_REF)),
);
const otherConfig = v.pipe(
  v.nullish(v.record(v.string(), text, 'must be an object'), {}),
  v.transform((pairs) => new Map(Object.entries(pairs))),
);
const optionalText = v.nullish(text, '');
const flag = v.nullish(v.boolean('must be true or false'), false);

function checked(check: (value: string) => void) {
  return v.rawCheck<string>(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value === '') return;
    try {
      check(dataset.value);
    } catch (error) {
      addIssue({ message: `: ${messageOf(error)}` });
    }
  });
}

const name = v.pipe(needed, checked(checkDeviceName));
const vlan = v.pipe(
  v.union([text, v.pipe(v.number(), v.integer('must be a whole number'))], 'must be a VLAN as a string'),
  v.transform(String),
  v.check((value) => /^(-1|\d{1,4})$/.test(value) && Number(value) <= 4095, 'must be 0 to 4095, or -1 for none'),
  v.transform(Number),
);

const pif = v.object(
  {
    uuid: needed,
    device: name,
    MAC: v.pipe(
      optionalText,
      v.regex(/^([0-9a-f]{2}(:[0-9a-f]{2}){5})?$/i, 'must be a MAC address, such as 52:54:00:12:34:56'),
    ),
    network: needed,
    VLAN: v.nullish(vlan, '-1'),
    VLAN_master_of: reference,
    VLAN_slave_of: references,
    bond_master_of: references,
    bond_slave_of: reference,
    tunnel_access_PIF_of: references,
    tunnel_transport_PIF_of: references,
    management: flag,
    currently_attached: flag,
    ip_configuration_mode: v.nullish(v.picklist(IP_MODES, `must be ${IP_MODES.join(', ')}`), 'None'),
    IP: optionalText,
    netmask: optionalText,
    gateway: optionalText,
    DNS: optionalText,
    other_config: otherConfig,
  },
  'must be an object',
);

const kinds = {
  pifs: pif,
  networks: v.object(
    {
      uuid: needed,
      bridge: v.pipe(optionalText, checked(checkDeviceName)),
      MTU: v.optional(v.pipe(v.union([text, v.number()], 'must be a string'), v.transform(String))),
      PIFs: references,
      other_config: otherConfig,
    },
    'must be an object',
  ),
  bonds: v.object({ uuid: needed, master: needed, slaves: references }, 'must be an object'),
  vlans: v.object({ uuid: needed, tagged_PIF: needed, untagged_PIF: needed }, 'must be an object'),
  tunnels: v.object({ uuid: needed, access_PIF: needed, transport_PIF: needed }, 'must be an object'),
  pools: v.object({ other_config: otherConfig }, 'must be an object'),
} as const;

type Kind = keyof typeof kinds;
const KINDS = Object.keys(kinds) as Kind[];

/** What a record of a kind is called in messages. */
const SINGULAR = {
  pifs: 'PIF',
  networks: 'network',
  bonds: 'bond',
  vlans: 'VLAN',
  tunnels: 'tunnel',
  pools: 'pool',
} as const satisfies Record<Kind, string>;

/**
 * Checks records: `pifs`, `networks`, `bonds`, `vlans`, `tunnels`, `pools`, each an object from reference to record.
 *
 * @param input a parsed JSON document.
 * @throws {RecordsError} naming the record, its field and what would be right.
 */
export function parseRecords(input: unknown): Records {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new RecordsError(`the records must be an object with ${KINDS.join(', ')}`);
  }
  if (!('pifs' in input)) throw new RecordsError('the records have no "pifs"');
  const records = Object.fromEntries(KINDS.map((kind) => [kind, parseKind(kind, input)]));
  checkRelations(records as unknown as Records);
  return records as unknown as Records;
}

function parseKind(kind: Kind, input: { readonly [K in Kind]?: unknown }): Map<string, unknown> {
  const raw = input[kind] ?? {};
  if (typeof raw !== 'object' || Array.isArray(raw)) throw new RecordsError(`"${kind}" must be an object by reference`);
  const entries = Object.entries(raw);
  if (entries.length > MAX_RECORDS) throw new RecordsError(`there are more than ${MAX_RECORDS} ${kind}`);
  return new Map(entries.map(([ref, record]) => [ref, { ref, ...parseRecord(kind, ref, record) }]));
}

function parseRecord(kind: Kind, ref: string, record: unknown): object {
  if (ref === '' || ref === NULL_REF) throw new RecordsError(`a ${SINGULAR[kind]} can't have the reference "${ref}"`);
  const result = v.safeParse(kinds[kind] as v.GenericSchema<unknown, object>, record, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const missing = issue.input === undefined && issue.kind === 'schema';
  const message = missing ? ' is missing' : issue.message.startsWith(':') ? issue.message : ` ${issue.message}`;
  const got = missing || message.startsWith(':') || typeof issue.input === 'object' ? '' : `, not ${show(issue.input)}`;
  throw new RecordsError(`${SINGULAR[kind]} ${ref}: ${path ?? 'the record'}${message}${got}`);
}

function show(value: unknown): string {
  const written = JSON.stringify(value) ?? String(value);
  return written.length > 60 ? `${written.slice(0, 57)}...` : written;
}
