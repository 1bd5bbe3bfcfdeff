import { OvskitError } from '../base/errors.js';
import { strerror } from './strerror.js';

/** Ends a stock-compatible command as `ovs_fatal` does: one line behind the program's name, exit status 1. */
export class Fatal extends OvskitError {
  constructor(message: string, errno?: string) {
    super('ERR_CLI_FATAL', errno === undefined ? message : `${message} (${strerror(errno)})`);
  }
}

/** Ends a command whose last words are written already. */
export class Exit extends OvskitError {
  constructor(readonly status: number) {
    super('ERR_CLI_EXIT', `exit status ${status}`);
  }
}
