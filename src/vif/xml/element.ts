/** An element of XML: its name, attributes that are there, and elements in it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
}

type Value = string | number | null | undefined;

/** An element. Attributes without a value, and children that are none, are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, Value>> = {},
  children: readonly (Element | undefined)[] = [],
): Element {
  const present = Object.entries(attributes).filter((pair): pair is [string, string | number] => pair[1] != null);
  return {
    name,
    attributes: Object.fromEntries(present.map(([key, value]) => [key, String(value)])),
    children: children.filter((child) => child !== undefined),
  };
}

/**
 * The element as text, a line for each. XML 1.0, sections 2.4 and 3.3.3: what stands for markup, and what would be read as a space,
 * is escaped.
 */
export function write({ name, attributes, children }: Element, indent = ''): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeText(value)}"`);
  const tag = `${indent}<${name}${pairs.join('')}`;
  if (children.length === 0) return `${tag}/>\n`;
  return `${tag}>\n${children.map((child) => write(child, `${indent}  `)).join('')}${indent}</${name}>\n`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

const escapeText = (text: string) => text.replace(/[&<>"\t\n\r]/g, (character) => escapes[character] as string);
