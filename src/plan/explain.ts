import type { InterfaceOptions } from '../vswitch/index.js';
import type { Change, Plan, Step } from './steps.js';

/** A command and its arguments. */
export type Command = readonly string[];

/** The commands that would do what the plan does, in its order. */
export function explain(plan: Plan): Command[] {
  return plan.steps.flatMap(explainStep);
}

function explainStep(step: Step): Command[] {
  switch (step.kind) {
    case 'create-tap':
      return [
        ['ip', 'tuntap', 'add', 'dev', step.device, 'mode', 'tap'],
        ...(step.mac === undefined ? [] : [['ip', 'link', 'set', 'dev', step.device, 'address', step.mac]]),
        ...(step.mtu === undefined ? [] : [['ip', 'link', 'set', 'dev', step.device, 'mtu', String(step.mtu)]]),
        ['ip', 'link', 'set', 'dev', step.device, 'up'],
      ];
    case 'delete-tap':
      return [['ip', 'tuntap', 'del', 'dev', step.device, 'mode', 'tap']];
    case 'set-link-up':
      return [['ip', 'link', 'set', 'dev', step.device, 'up']];
    case 'set-mtu':
      return [['ip', 'link', 'set', 'dev', step.device, 'mtu', String(step.mtu)]];
    case 'transaction':
      return [['ovs-vsctl', ...step.changes.flatMap((change) => ['--', ...explainChange(change)]).slice(1)]];
    case 'wait-for-interface':
      return [];
  }
}

function explainChange(change: Change): string[] {
  switch (change.change) {
    case 'add-bridge':
      return [
        ...(change.mayExist ? ['--may-exist'] : []),
        'add-br',
        change.bridge,
        ...setColumns('Bridge', change.bridge, [
          ...column('datapath_type', change.datapathType),
          ...map('external_ids', change.externalIds),
        ]),
      ];
    case 'add-port':
      return [
        ...(change.mayExist ? ['--may-exist'] : []),
        'add-port',
        change.bridge,
        change.port,
        ...column('tag', change.tag),
        ...map('external_ids', change.externalIds),
        ...setColumns('Interface', change.port, interfaceColumns(change.interface ?? {})),
      ];
    case 'delete-port':
      return ['--if-exists', 'del-port', change.bridge, change.port];
    case 'set-interface':
      return setColumns('Interface', change.interface, interfaceColumns(change)).slice(1);
  }
}

function interfaceColumns(options: InterfaceOptions): string[] {
  return [
    ...column('type', options.type),
    ...column('mtu_request', options.mtuRequest),
    ...map('options', options.options),
    ...map('external_ids', options.externalIds),
  ];
}

function setColumns(table: string, record: string, columns: string[]): string[] {
  return columns.length === 0 ? [] : ['--', 'set', table, record, ...columns];
}

function column(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${name}=${atom(String(value))}`];
}

function map(name: string, pairs: { readonly [key: string]: string } | undefined): string[] {
  return Object.entries(pairs ?? {}).map(([key, value]) => `${name}:${atom(key)}=${atom(value)}`);
}

/** A string as ovs-vsctl(8) reads it: as it stands where it can't be mistaken, otherwise in double quotes. */
function atom(text: string): string {
  return /^[A-Za-z0-9_.-]+$/.test(text) ? text : JSON.stringify(text);
}
