import { type Json, serialize } from '../json/index.js';
import { type ColumnType, datumFromJson, datumToBare, datumToString, OvsdbTextError } from '../schema/index.js';
import type { TableStyle } from './style.js';

/** A cell: nothing, plain text, or JSON; with a type, JSON that is a database value. */
export type Cell = undefined | string | { json: Json; type?: ColumnType | undefined };

/** `cell_to_text`: a value that does not fit its type is shown as JSON. */
export function cellText(cell: Cell, style: TableStyle): string {
  if (cell === undefined || typeof cell === 'string') return cell ?? '';
  const { json, type } = cell;
  if (type && style.cells !== 'json') {
    try {
      const datum = datumFromJson(type, json);
      return style.cells === 'string' ? datumToString(type, datum) : datumToBare(type, datum);
    } catch (error) {
      if (!(error instanceof OvsdbTextError)) throw error;
    }
  }
  return serialize(json, { sort: true });
}

export function cellJson(cell: Cell): Json {
  return typeof cell === 'object' ? cell.json : (cell ?? null);
}
