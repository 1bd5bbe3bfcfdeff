import { OvskitError } from '../base/errors.js';

/** A port of the VIF's name is there, and is somebody else's: `ERR_VIF_PORT_TAKEN`. */
export class PortTakenError extends OvskitError {
  constructor(
    readonly port: string,
    why: string,
  ) {
    super('ERR_VIF_PORT_TAKEN', `port ${port} is not this VIF's: ${why}`);
  }
}
