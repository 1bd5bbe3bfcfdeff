import * as v from 'valibot';
import { InvalidArgumentError, messageOf } from '../base/errors.js';
import { checkDeviceName } from '../netdev/index.js';

/** Runs a check that throws inside a schema; its text, which names the value itself, follows the field's name. */
function checked<T>(check: (value: T) => void) {
  return v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    try {
      check(dataset.value);
    } catch (error) {
      addIssue({ message: `: ${messageOf(error)}` });
    }
  });
}

const text = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'));
const deviceName = v.pipe(text, checked<string>(checkDeviceName));
const mac = v.pipe(
  v.string('must be a string'),
  v.regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i, 'must be a MAC address, such as 52:54:00:12:34:56'),
);
const uuid = v.pipe(
  v.string('must be a string'),
  v.regex(
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    'must be a uuid, such as 8f3c0a52-5a1e-4c58-9c2b-0d4c1a9e7b10',
  ),
);
const mtu = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number of bytes'),
  v.minValue(68, 'must be 68 bytes at least (RFC 791)'),
  v.maxValue(65535, 'must be 65535 bytes at most'),
);

/** nova's network model (`nova/network/model.py`), of which a plug reads these fields; others are let through. */
const vif = v.looseObject(
  {
    id: uuid,
    address: mac,
    type: text,
    devname: v.optional(v.nullable(deviceName)),
    ovs_interfaceid: v.optional(v.nullable(text)),
    network: v.looseObject(
      { bridge: text, meta: v.optional(v.looseObject({ mtu: v.optional(v.nullable(mtu)) }, 'must be an object')) },
      'must be an object',
    ),
  },
  'must be an object',
);

const plugRequest = v.looseObject(
  { vif, instance: v.looseObject({ uuid }, 'must be an object') },
  'must be an object with vif and instance',
);

/** A virtual interface and the instance it belongs to. */
export type PlugRequest = v.InferOutput<typeof plugRequest>;
export type Vif = PlugRequest['vif'];

/**
 * Checks a request.
 *
 * @param where names the request in errors, such as `request 3`.
 * @throws {InvalidArgumentError} naming the field, and what it should be.
 */
export function parsePlugRequest(input: unknown, where = 'request'): PlugRequest {
  const result = v.safeParse(plugRequest, input, { abortEarly: true, abortPipeEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const missing = issue.input === undefined && issue.kind === 'schema';
  const message = missing ? ' is missing' : issue.message.startsWith(':') ? issue.message : ` ${issue.message}`;
  const what = path === null ? issue.message : `${path}${message}`;
  const silent = missing || message.startsWith(':') || typeof issue.input === 'object';
  const got = silent ? '' : `, not ${shorten(issue.input)}`;
  throw new InvalidArgumentError(`${where}: ${what}${got}`);
}

function shorten(value: unknown): string {
  const written = JSON.stringify(value) ?? String(value);
  return written.length > 60 ? `${written.slice(0, 57)}...` : written;
}

/**
 * Checks a request file's content: one request, a list of them, or `{"requests": [...]}`.
 *
 * @throws {InvalidArgumentError} naming the request and the field.
 */
export function parsePlugRequests(input: unknown): PlugRequest[] {
  const list = Array.isArray(input) ? input : (input as { requests?: unknown } | null)?.requests;
  if (list === undefined) return [parsePlugRequest(input)];
  if (!Array.isArray(list)) throw new InvalidArgumentError('requests must be a list of requests');
  if (list.length === 0) throw new InvalidArgumentError('there is no request in the list');
  return list.map((request, index) => parsePlugRequest(request, `request ${index + 1}`));
}
