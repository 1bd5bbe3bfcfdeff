import { type JsonObject, serialize } from '../json/index.js';
import { type Cell, cellJson, cellText } from './cell.js';
import { htmlTable } from './html.js';
import type { TableStyle } from './style.js';

/** A table as lib/table.c has it. */
export interface Table {
  readonly caption?: string | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** When it was made; printed above the table. */
  readonly timestamp?: Date | undefined;
}

/** Prints tables one after the other in one style, with an empty line between two where the format has one. */
export class TablePrinter {
  readonly #style: TableStyle;
  readonly #write: (text: string | Buffer) => void;
  #printed = 0;

  constructor(style: TableStyle, write: (text: string | Buffer) => void) {
    this.#style = style;
    this.#write = write;
  }

  print(table: Table): void {
    const style = this.#style;
    const { caption, columns } = table;
    const stamp = table.timestamp && stampOf(table.timestamp);
    if (style.format === 'json') {
      this.#write(jsonTable(table, stamp, style));
      return;
    }
    const rows = table.rows.map((row) => row.map((cell) => cellText(cell, style)));
    const above = stamp === undefined ? '' : `${stamp}\n`;
    if (style.format === 'html') {
      this.#write(above + htmlTable(caption, columns, rows, style.headings));
      return;
    }
    const gap = this.#printed++ > 0 ? '\n' : '';
    const title = caption === undefined ? '' : `${caption}\n`;
    this.#write(gap + above + title);
    this.#write(layouts[style.format](columns, rows, style));
  }
}

type Layout = (columns: readonly string[], rows: readonly (readonly string[])[], style: TableStyle) => string | Buffer;

const layouts: Readonly<Record<'table' | 'list' | 'csv', Layout>> = {
  table(columns, rows, style) {
    // printf(3) counts bytes, and cuts between them: as latin1, a character is a byte.
    const head = columns.map(toBytes);
    const body = rows.map((row) => row.map(toBytes));
    const widths = head.map((heading, x) => {
      const widest = body.reduce((width, row) => Math.max(width, row[x]!.length), 0);
      const width = style.maxColumnWidth > 0 ? Math.min(widest, style.maxColumnWidth) : widest;
      return style.headings ? Math.max(width, heading.length) : width;
    });
    const line = (cells: readonly string[]) => {
      const padded = cells.map((cell, x) => cell.slice(0, widths[x]).padEnd(widths[x]!));
      return `${padded.join(' ').replace(/ +$/, '')}\n`;
    };
    const above = style.headings ? line(head) + line(widths.map((width) => '-'.repeat(width))) : '';
    return Buffer.from(above + body.map(line).join(''), 'latin1');
  },
  list(columns, rows, style) {
    const label = (x: number) => (style.headings ? `${columns[x]!.padEnd(20)}: ` : '');
    return rows.map((row) => row.map((cell, x) => `${label(x)}${cell}\n`).join('')).join('\n');
  },
  csv(columns, rows, style) {
    const line = (cells: readonly string[]) => `${cells.map(csvCell).join(',')}\n`;
    return (style.headings ? line(columns) : '') + rows.map(line).join('');
  },
};

/** RFC 4180: quotes only where they are needed. */
function csvCell(text: string): string {
  return /[\n",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function toBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function jsonTable(table: Table, stamp: string | undefined, style: TableStyle): string {
  const json: JsonObject = { headings: [...table.columns], data: table.rows.map((row) => row.map(cellJson)) };
  if (table.caption !== undefined) json.caption = table.caption;
  if (stamp !== undefined) json.time = stamp;
  return `${serialize(json, { sort: true, pretty: style.pretty })}\n`;
}

/** `2026-01-31 12:00:00.123`, in UTC. */
function stampOf(date: Date): string {
  return date.toISOString().slice(0, -1).replace('T', ' ');
}
