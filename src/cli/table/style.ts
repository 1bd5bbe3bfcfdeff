import { Fatal } from '../fatal.js';

const formats = ['table', 'list', 'html', 'csv', 'json'] as const;
const cellFormats = ['string', 'bare', 'json'] as const;

/** How tables are printed: the options of lib/table.c. */
export interface TableStyle {
  /** `--format`, `-f`. */
  format: (typeof formats)[number];
  /** `--data`, `-d`. */
  cells: (typeof cellFormats)[number];
  /** `--no-headings` clears it. */
  headings: boolean;
  /** `--pretty`. */
  pretty: boolean;
  /** `--max-column-width`, 0 for no limit. */
  maxColumnWidth: number;
}

export function defaultStyle(): TableStyle {
  return { format: 'table', cells: 'string', headings: true, pretty: false, maxColumnWidth: 0 };
}

/** The long options of lib/table.c, in its order. */
export const tableOptions = [
  { name: 'format', short: 'f', argument: 'required' },
  { name: 'data', short: 'd', argument: 'required' },
  { name: 'no-headings' },
  { name: 'pretty' },
  { name: 'bare' },
  { name: 'max-column-width', argument: 'required' },
] as const;

/** Applies an option to `style`. @returns false when the option is not about tables. @throws {Fatal} */
export function applyTableOption(style: TableStyle, name: string, value: string): boolean {
  switch (name) {
    case 'format':
      style.format = oneOf(formats, value, 'output');
      return true;
    case 'data':
      style.cells = oneOf(cellFormats, value, 'data');
      return true;
    case 'no-headings':
      style.headings = false;
      return true;
    case 'pretty':
      style.pretty = true;
      return true;
    case 'bare':
      Object.assign(style, { format: 'list', cells: 'bare', headings: false });
      return true;
    case 'max-column-width':
      // atoi(3): what is no number is 0.
      style.maxColumnWidth = Number.parseInt(value, 10) || 0;
      return true;
    default:
      return false;
  }
}

function oneOf<const T extends string>(allowed: readonly T[], value: string, what: string): T {
  const found = allowed.find((word) => word === value);
  if (!found) throw new Fatal(`unknown ${what} format "${value}"`);
  return found;
}
