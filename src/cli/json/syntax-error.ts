import { OvskitError } from '../../base/errors.js';

/** JSON text that lib/json.c refuses, in its words. */
export class JsonSyntaxError extends OvskitError {
  constructor(message: string) {
    super('ERR_JSON_SYNTAX', message);
  }
}
