import type { AddBridgeOptions, AddPortOptions, InterfaceOptions } from '../vswitch/index.js';

/** Makes a tap that outlives us, and brings it up. */
export interface CreateTapStep {
  readonly kind: 'create-tap';
  readonly device: string;
  readonly mac?: string | undefined;
  /** Bytes. */
  readonly mtu?: number | undefined;
}

export interface DeleteTapStep {
  readonly kind: 'delete-tap';
  readonly device: string;
}

export interface SetLinkUpStep {
  readonly kind: 'set-link-up';
  readonly device: string;
}

export interface SetMtuStep {
  readonly kind: 'set-mtu';
  readonly device: string;
  /** Bytes. */
  readonly mtu: number;
}

/** Changes to the switch that take effect together or not at all. */
export interface TransactionStep {
  readonly kind: 'transaction';
  readonly changes: readonly Change[];
}

/** Waits for ovs-vswitchd to open an interface, and keeps its OpenFlow port number as the plan's result. */
export interface WaitForInterfaceStep {
  readonly kind: 'wait-for-interface';
  readonly interface: string;
  /** What ovs-vswitchd said of the interface before this plan's transaction is old news. */
  readonly afterTransaction: boolean;
}

/** One change of a {@link TransactionStep}. */
export type Change =
  | ({ readonly change: 'add-bridge'; readonly bridge: string } & AddBridgeOptions)
  | ({ readonly change: 'add-port'; readonly bridge: string; readonly port: string } & AddPortOptions)
  | { readonly change: 'delete-port'; readonly bridge: string; readonly port: string }
  | ({ readonly change: 'set-interface'; readonly interface: string } & InterfaceOptions);

/** Plain data: a plan can be compared, printed and sent. */
export type Step = CreateTapStep | DeleteTapStep | SetLinkUpStep | SetMtuStep | TransactionStep | WaitForInterfaceStep;

/** What a planner decides: steps in order. An empty plan means that everything is as wanted. */
export interface Plan {
  readonly steps: readonly Step[];
}

/** A step in a few words, for errors and for `--dry-run`. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'create-tap':
      return `create tap ${step.device}`;
    case 'delete-tap':
      return `delete tap ${step.device}`;
    case 'set-link-up':
      return `set link ${step.device} up`;
    case 'set-mtu':
      return `set MTU of ${step.device} to ${step.mtu}`;
    case 'transaction':
      return step.changes.map(describeChange).join(', ');
    case 'wait-for-interface':
      return `wait for interface ${step.interface}`;
  }
}

function describeChange(change: Change): string {
  switch (change.change) {
    case 'add-bridge':
      return `add bridge ${change.bridge}`;
    case 'add-port':
      return `add port ${change.port} to ${change.bridge}`;
    case 'delete-port':
      return `delete port ${change.port} from ${change.bridge}`;
    case 'set-interface':
      return `set interface ${change.interface}`;
  }
}
