import { OvskitError } from '../base/errors.js';

/** prom-client, which makes the text, is not installed: `ERR_METRICS_NO_PROM_CLIENT`. */
export class NoPromClientError extends OvskitError {
  constructor(cause: unknown) {
    super('ERR_METRICS_NO_PROM_CLIENT', 'metrics need the package prom-client: npm install prom-client@15', { cause });
  }
}
