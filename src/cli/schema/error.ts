import { OvskitError } from '../../base/errors.js';
import { type Json, serialize } from '../json/index.js';

/** An error as lib/ovsdb-error.c words it: `syntax "[1]": syntax error: expected integer`. */
export class OvsdbTextError extends OvskitError {
  constructor(
    readonly tag: string,
    readonly details: string | undefined,
    readonly syntax?: string | undefined,
  ) {
    super(
      'ERR_CLI_OVSDB',
      `${syntax === undefined ? '' : `syntax "${syntax}": `}${tag}${details === undefined ? '' : `: ${details}`}`,
    );
  }

  /** `ovsdb_wrap_error`. */
  wrap(context: string): OvsdbTextError {
    return new OvsdbTextError(this.tag, `${context}: ${this.details ?? ''}`, this.syntax);
  }
}

/** `ovsdb_syntax_error` about `json`. */
export function syntaxError(json: Json | undefined, details: string, tag = 'syntax error'): OvsdbTextError {
  return new OvsdbTextError(tag, details, json === undefined ? undefined : serialize(json, { sort: true }));
}
