/** Tables as Open vSwitch's lib/table.c prints them. */
export type { Cell } from './cell.js';
export { applyTableOption, defaultStyle, type TableStyle, tableOptions } from './style.js';
export { type Table, TablePrinter } from './table.js';
