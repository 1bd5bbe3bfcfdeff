import { SaxesParser } from 'saxes';
import { messageOf } from '../../base/errors.js';
import { RecordsError } from '../errors.js';
import { parseRecords } from './parse.js';
import type { Records } from './types.js';

export const ROOT = 'xenserver-network-configuration';

type Field = 'text' | 'boolean' | 'map' | { readonly item: string };

/** The fields of each kind in the order in which they are written, and the tags inside lists. */
export const LAYOUT = {
  pif: {
    kind: 'pifs',
    fields: {
      uuid: 'text',
      management: 'boolean',
      network: 'text',
      device: 'text',
      bond_master_of: { item: 'slave' },
      bond_slave_of: 'text',
      VLAN: 'text',
      VLAN_master_of: 'text',
      VLAN_slave_of: { item: 'master' },
      tunnel_access_PIF_of: { item: 'pif' },
      tunnel_transport_PIF_of: { item: 'pif' },
      ip_configuration_mode: 'text',
      IP: 'text',
      netmask: 'text',
      gateway: 'text',
      DNS: 'text',
      MAC: 'text',
      other_config: 'map',
      currently_attached: 'boolean',
    },
  },
  bond: { kind: 'bonds', fields: { uuid: 'text', master: 'text', slaves: { item: 'slave' } } },
  vlan: { kind: 'vlans', fields: { uuid: 'text', tagged_PIF: 'text', untagged_PIF: 'text' } },
  tunnel: { kind: 'tunnels', fields: { uuid: 'text', access_PIF: 'text', transport_PIF: 'text' } },
  network: {
    kind: 'networks',
    fields: { uuid: 'text', bridge: 'text', MTU: 'text', PIFs: { item: 'PIF' }, other_config: 'map' },
  },
  pool: { kind: 'pools', fields: { other_config: 'map' } },
} as const satisfies Record<string, { kind: keyof Records; fields: Record<string, Field> }>;

/** An element in the making. */
interface Element {
  readonly name: string;
  text: string;
  readonly children: Element[];
}

/** Root, record, field, item. */
const MAX_DEPTH = 4;

/**
 * Reads records from the text of XenServer's `network.dbcache`. Elements that are not known are left aside, as is
 * `currently_attached`: a cache doesn't know what is attached now.
 *
 * @throws {RecordsError} naming the record, or the line that is no such XML; a document type is refused, and so its entities.
 */
export function parseXmlRecords(xml: string): Records {
  const raw: { [kind: string]: { [ref: string]: unknown } } = {};
  const refs = new Map<Element, string>();
  const stack: Element[] = [];
  const parser = new SaxesParser({ xmlns: false });
  const fail = (what: string): never => {
    throw new RecordsError(`the records' XML, line ${parser.line}: ${what}`);
  };
  parser.on('error', (error) => fail(error.message.replace(/^\d+:\d+: /, '')));
  parser.on('doctype', () => fail('it has a document type, which a dbcache has not'));
  parser.on('opentag', ({ name, attributes }) => {
    const depth = stack.length + 1;
    if (depth > MAX_DEPTH) fail(`<${name}> is ${depth} elements deep, where ${MAX_DEPTH} is all`);
    if (depth === 1 && name !== ROOT) fail(`it begins with <${name}>, not <${ROOT}>`);
    const element: Element = { name, text: '', children: [] };
    if (depth === 2) refs.set(element, attributes.ref ?? '');
    stack.at(-1)?.children.push(element);
    stack.push(element);
  });
  const onText = (text: string) => {
    const element = stack.at(-1);
    if (element) element.text += text;
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    const element = stack.pop() as Element;
    const layout = LAYOUT[element.name as keyof typeof LAYOUT] as { kind: string; fields: Record<string, Field> };
    if (stack.length !== 1 || !Object.hasOwn(LAYOUT, element.name)) return;
    const ref = refs.get(element) || fail(`a <${element.name}> has no ref`);
    raw[layout.kind] ??= Object.create(null);
    const kind = raw[layout.kind] as { [ref: string]: unknown };
    if (ref in kind) fail(`there are two <${element.name}> of ref ${ref}`);
    kind[ref] = recordOf(element, layout.fields, (what) => fail(`${element.name} ${ref}: ${what}`));
  });
  try {
    parser.write(xml).close();
  } catch (error) {
    if (error instanceof RecordsError) throw error;
    throw new RecordsError(`the records' XML, line ${parser.line}: ${messageOf(error)}`, { cause: error });
  }
  return parseRecords({ pifs: {}, ...raw });
}

function recordOf(
  element: Element,
  fields: Record<string, Field>,
  fail: (what: string) => never,
): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const child of element.children) {
    const { name } = child;
    if (!Object.hasOwn(fields, name)) continue;
    if (Object.hasOwn(record, name)) fail(`it has two <${name}>`);
    if (name !== 'currently_attached') record[name] = fieldOf(child, fields[name] as Field, fail);
  }
  return record;
}

function fieldOf(element: Element, field: Field, fail: (what: string) => never): unknown {
  const { name, children } = element;
  const text = element.text.trim();
  if (field === 'map') return Object.fromEntries(children.map((child) => [child.name, child.text.trim()]));
  if (typeof field === 'object') {
    const wrong = children.find((child) => child.name !== field.item);
    if (wrong) fail(`<${name}> has a <${wrong.name}>, where each is a <${field.item}>`);
    return children.map((child) => child.text.trim());
  }
  if (children.length > 0) fail(`<${name}> has elements, where it is a text`);
  if (field === 'text') return text;
  if (text !== 'True' && text !== 'False') fail(`<${name}> must be True or False, not ${JSON.stringify(text)}`);
  return text === 'True';
}
