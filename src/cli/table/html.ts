const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/i;
const UUID_LENGTH = 36;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => entities[char]!);
}

/** One element; each uuid in it becomes a link to the row that it names. */
function element(name: string, text: string): string {
  let content = '';
  for (let at = 0; at < text.length; ) {
    const uuid = UUID.exec(text.slice(at, at + UUID_LENGTH))?.[0];
    content += uuid ? `<a href="#${uuid}">${uuid.slice(0, 8)}</a>` : escapeHtml(text[at]!);
    at += uuid ? UUID_LENGTH : 1;
  }
  return `    <${name}>${content}</${name}>\n`;
}

function anchor(uuid: string): string {
  return `    <td><a name="${escapeHtml(uuid)}">${escapeHtml(uuid.slice(0, 8))}</a></td>\n`;
}

/** `table_print_html__`. */
export function htmlTable(
  caption: string | undefined,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  headings: boolean,
): string {
  const row = (cells: readonly string[]) => `  <tr>\n${cells.join('')}  </tr>\n`;
  let text = '<table border=1>\n';
  if (caption !== undefined) text += element('caption', caption);
  if (headings) text += row(columns.map((column) => element('th', column)));
  for (const cells of rows) {
    text += row(cells.map((cell, x) => (columns[x] === '_uuid' ? anchor(cell) : element('td', cell))));
  }
  return `${text}</table>\n`;
}
