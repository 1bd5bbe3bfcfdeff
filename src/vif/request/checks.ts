import * as v from 'valibot';
import { InvalidArgumentError, messageOf } from '../../base/errors.js';
import { checkDeviceName } from '../../netdev/index.js';
import { refuseMisspelt } from './misspelt.js';

/** Runs a check that throws inside a schema; its text, which names the value itself, follows the field's name. */
export function checked<T>(check: (value: T) => void) {
  return v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    try {
      check(dataset.value);
    } catch (error) {
      addIssue({ message: `: ${messageOf(error)}` });
    }
  });
}

/** What may be left out, or be null, which is the same. */
export const maybe = <T extends v.GenericSchema>(schema: T) => v.optional(v.nullable(schema));

export const object = <T extends v.ObjectEntries>(entries: T) => v.looseObject(entries, 'must be an object');
/** What is ovskit's own has no fields but these. */
export const strictObject = <T extends v.ObjectEntries>(entries: T) =>
  v.strictObject(entries, ({ expected }) =>
    expected === 'never' ? `is unknown; known are ${Object.keys(entries).join(', ')}` : 'must be an object',
  );

/** XML 1.0, section 2.2, has no word for the others. */
const isPrintable = (value: string | number) => !/[\p{Cc}\p{Cs}]/u.test(String(value));
const UNPRINTABLE = 'must have no control characters, and be well-formed Unicode';
export const text = v.pipe(
  v.string('must be a string'),
  v.nonEmpty('must not be empty'),
  v.check((value) => isPrintable(value), UNPRINTABLE),
);
export const numberOrText = v.pipe(
  v.union([v.string(), v.number()], 'must be a number or a string'),
  v.check((value) => isPrintable(value), UNPRINTABLE),
);
export const flag = v.boolean('must be true or false');
/** What tools are told as it is. */
export const word = v.pipe(
  text,
  v.check((value) => !value.startsWith('-'), "must not begin with '-': tools would take it for an option"),
);
export const deviceName = v.pipe(word, checked<string>(checkDeviceName));

/** One device's (IEEE 802: the first byte is even). os-vif takes dashes for colons, too. */
export const mac = v.pipe(
  v.string('must be a string'),
  v.regex(/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i, 'must be a MAC address, such as 52:54:00:12:34:56'),
  v.regex(/^.[02468ace]/i, 'must be the MAC address of one device, not of a group: its first byte must be even'),
  v.check((value) => /[1-9a-f]/i.test(value), 'must be the MAC address of a device, not all zeros'),
);
export const uuid = v.pipe(
  v.string('must be a string'),
  v.regex(
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    'must be a uuid, such as 8f3c0a52-5a1e-4c58-9c2b-0d4c1a9e7b10',
  ),
);
export const pciAddress = v.pipe(
  v.string('must be a string'),
  v.regex(/^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i, 'must be a PCI address, such as 0000:3b:00.1'),
);

export const whole = (low: number, high: number, unit = 'a whole number') =>
  v.pipe(
    v.number('must be a number'),
    v.integer(`must be ${unit}`),
    v.minValue(low, `must be ${low} at least`),
    v.maxValue(high, `must be ${high} at most`),
  );
export const mtu = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number of bytes'),
  v.minValue(68, 'must be 68 bytes at least (RFC 791)'),
  v.maxValue(65535, 'must be 65535 bytes at most'),
);

/** neutron writes VLAN ids as numbers and as text. */
export const vlanId = v.pipe(
  v.union([v.string(), v.number()], 'must be a VLAN id, 0 to 4095'),
  v.check((id) => /^\d+$/.test(String(id)) && Number(id) <= 4095, 'must be a VLAN id, 0 to 4095'),
  v.transform(Number),
);

/** Image properties are text, and so are some flags of others. */
export const looseFlag = v.pipe(
  v.union([v.boolean(), v.string()], 'must be true or false'),
  v.check((value) => /^(true|false|yes|no|on|off|1|0)$/i.test(String(value)), 'must be true or false'),
  v.transform((value) => /^(true|yes|on|1)$/i.test(String(value))),
);

/**
 * @param where names the value in errors, such as `request 3`.
 * @throws {InvalidArgumentError} naming the field, and what it should be.
 */
export function parse<T extends v.GenericSchema>(schema: T, input: unknown, where: string): v.InferOutput<T> {
  refuseMisspelt(schema, input, where);
  const result = v.safeParse(schema, input, { abortEarly: true, abortPipeEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const missing = issue.input === undefined && issue.kind === 'schema';
  const message = missing ? ' is missing' : issue.message.startsWith(':') ? issue.message : ` ${issue.message}`;
  const what = path === null ? issue.message : `${path}${message}`;
  const unknown = issue.expected === 'never';
  const silent =
    missing || unknown || message.startsWith(':') || (typeof issue.input === 'object' && issue.input !== null);
  const got = silent ? '' : `, not ${shorten(issue.input)}`;
  throw new InvalidArgumentError(`${where}: ${what}${got}`);
}

function shorten(value: unknown): string {
  const written = JSON.stringify(value) ?? String(value);
  return written.length > 60 ? `${written.slice(0, 57)}...` : written;
}
