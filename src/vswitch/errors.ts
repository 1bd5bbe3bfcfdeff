import { type ErrorDetails, OvskitError } from '../base/errors.js';

/** A change that the switch, as it is configured, does not allow. */
export class VswitchError extends OvskitError {}

/** There is no such bridge: `ERR_VSWITCH_NO_BRIDGE`. */
export class NoBridgeError extends VswitchError {
  constructor(readonly bridge: string) {
    super('ERR_VSWITCH_NO_BRIDGE', `no bridge named ${bridge}`);
  }
}

/** There is no such port: `ERR_VSWITCH_NO_PORT`. */
export class NoPortError extends VswitchError {
  constructor(readonly port: string) {
    super('ERR_VSWITCH_NO_PORT', `no port named ${port}`);
  }
}

/** A bridge, port or interface has that name already: `ERR_VSWITCH_NAME_TAKEN`. */
export class NameTakenError extends VswitchError {
  constructor(message: string) {
    super('ERR_VSWITCH_NAME_TAKEN', message);
  }
}

/** The port is there, on another bridge than the one named: `ERR_VSWITCH_PORT_ON_OTHER_BRIDGE`. */
export class PortOnOtherBridgeError extends VswitchError {
  constructor(
    readonly port: string,
    readonly bridge: string,
    readonly actualBridge: string,
    message = `port ${port} belongs to bridge ${actualBridge}, not to ${bridge}; delete it there first`,
  ) {
    super('ERR_VSWITCH_PORT_ON_OTHER_BRIDGE', message);
  }
}

/** A change or a question that the switch, as it is, does not allow; in ovs-vsctl's own words: `ERR_VSWITCH_REFUSED`. */
export class RefusedError extends VswitchError {
  constructor(message: string) {
    super('ERR_VSWITCH_REFUSED', message);
  }
}

/** More changes wait than the switch lets wait, and the caller did not want to: `ERR_BUSY`. */
export class BusyError extends VswitchError {
  constructor(readonly waiting: number) {
    super('ERR_BUSY', `${waiting} changes of the switch wait already; try again later, or wait with them`);
  }
}

/** The database has no row in Open_vSwitch: `ERR_VSWITCH_NOT_INITIALIZED`. */
export class NotInitializedError extends VswitchError {
  constructor(remote: string) {
    super(
      'ERR_VSWITCH_NOT_INITIALIZED',
      `the Open_vSwitch database at ${remote} is empty; initialize it with "ovs-vsctl --no-wait init"`,
    );
  }
}

/** ovs-vswitchd could not open the interface: `ERR_VSWITCH_INTERFACE_FAILED`. The message ends in its own words. */
export class InterfaceFailedError extends VswitchError {
  constructor(
    readonly interfaceName: string,
    readonly reason: string,
    details?: ErrorDetails,
  ) {
    super('ERR_VSWITCH_INTERFACE_FAILED', `ovs-vswitchd could not open interface ${interfaceName}: ${reason}`, details);
  }
}

/** A column is not what a transaction wants it to be: `ERR_VSWITCH_CONDITION`. */
export class ConditionError extends VswitchError {
  constructor(message: string) {
    super('ERR_VSWITCH_CONDITION', message);
  }
}
