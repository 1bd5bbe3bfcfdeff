/** A VIF that is plugged in. */
export interface PluggedVif extends UnpluggedVif {
  /** The OpenFlow port number that ovs-vswitchd gave it; `undefined` when no port was made: the type has none, or libvirt makes it. */
  readonly ofport: number | undefined;
}

/** What an unplug has done. */
export interface UnpluggedVif {
  /** The device. */
  readonly name: string;
  readonly bridge: string | undefined;
  /** Whether anything had to be done. */
  readonly changed: boolean;
  /** What failed and was let pass by best effort, or what is left to others and why. */
  readonly warnings: readonly string[];
}
