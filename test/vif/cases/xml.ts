/** XML as a value: the order of attributes and the white space between elements do not matter. */
export interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
}

const TOKEN = /\s*<(\/)?([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/)?>\s*/y;

/** @throws for what is not well-formed, or holds text. */
export function parseXml(text: string): Node {
  TOKEN.lastIndex = 0;
  const root: Node[] = [];
  const open: { node: Node; children: Node[] }[] = [];
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new Error(`not XML at ${at}: ${text.slice(at, at + 40)}`);
    const [, closing, name = '', attributes = '', empty] = match;
    if (closing) {
      if (open.pop()?.node.name !== name) throw new Error(`</${name}> closes nothing`);
      continue;
    }
    const children: Node[] = [];
    const pairs = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [
      key,
      plainText(value ?? ''),
    ]);
    const node = { name, attributes: Object.fromEntries(pairs), children };
    (open.at(-1)?.children ?? root).push(node);
    if (!empty) open.push({ node, children });
  }
  if (open.length > 0 || root.length !== 1) throw new Error('not one element');
  return root[0] as Node;
}

const plainText = (text: string) =>
  text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
