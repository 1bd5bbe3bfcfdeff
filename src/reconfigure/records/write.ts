import { InvalidArgumentError } from '../../base/errors.js';
import type { Records } from './types.js';
import { LAYOUT, ROOT } from './xml.js';

/** Names of elements that need no thought: what keys of other_config are. */
const ELEMENT_NAME = /^[A-Za-z_][A-Za-z0-9._-]*$/;

/**
 * The records as the text of a `network.dbcache`.
 *
 * @throws {InvalidArgumentError} for a key of other_config that is no XML name, and text that XML can't hold.
 */
export function formatXmlRecords(records: Records): string {
  const lines = ['<?xml version="1.0" ?>', `<${ROOT}>`];
  for (const [tag, { kind, fields }] of Object.entries(LAYOUT)) {
    for (const [ref, record] of records[kind] as ReadonlyMap<string, object>) {
      lines.push(`\t<${tag} ref="${escapeText(ref).replaceAll('"', '&quot;')}">`);
      for (const [name, field] of Object.entries(fields)) {
        const value = (record as Record<string, unknown>)[name];
        if (value !== undefined) lines.push(...element(name, field, value, `${tag} ${ref}`));
      }
      lines.push(`\t</${tag}>`);
    }
  }
  return `${[...lines, `</${ROOT}>`].join('\n')}\n`;
}

function element(name: string, field: 'text' | 'boolean' | 'map' | { item: string }, value: unknown, of: string) {
  if (field === 'boolean') return [leaf(2, name, value === true ? 'True' : 'False')];
  if (field === 'text') return [leaf(2, name, value === null ? 'OpaqueRef:NULL' : String(value))];
  const inner =
    field === 'map'
      ? [...(value as ReadonlyMap<string, string>)].map(([key, text]) => leaf(3, checkKey(key, of), text))
      : (value as readonly string[]).map((text) => leaf(3, field.item, text));
  return inner.length === 0 ? [`\t\t<${name}/>`] : [`\t\t<${name}>`, ...inner, `\t\t</${name}>`];
}

function checkKey(key: string, of: string): string {
  if (ELEMENT_NAME.test(key)) return key;
  throw new InvalidArgumentError(`${of}: other_config has key ${JSON.stringify(key)}, which can't be an XML element`);
}

function leaf(depth: number, name: string, text: string): string {
  return `${'\t'.repeat(depth)}<${name}>${escapeText(text)}</${name}>`;
}

function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 can't hold.
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u.test(text)) {
    throw new InvalidArgumentError(`XML can't hold ${JSON.stringify(text)}`);
  }
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}
