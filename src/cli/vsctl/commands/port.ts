import {
  addBondInterface,
  addPort,
  deleteBondInterface,
  deletePort,
  getBridge,
  getInterface,
  getPort,
  interfaceNames,
  portNames,
} from '../../../vswitch/switch/index.js';
import { Fatal } from '../../fatal.js';
import { compareBytes } from '../../json/index.js';
import { type CommandSyntax, has, print, type Run } from '../command.js';
import { checkArgument } from '../database/argument.js';
import { findTable } from '../database/names.js';
import { setColumn } from '../database/set-column.js';
import { bridgeReads, nameReads, portReads } from '../reads.js';

const onBridge: CommandSyntax['reads'] = (schema, { args }) => bridgeReads(schema, args[0]!);

function addAndSet(
  run: Run,
  request: { bridge: string; port: string; interfaces: readonly string[]; fakeInterface?: boolean },
  settings: readonly string[],
): void {
  const { draft, symbols, invocation } = run;
  const table = findTable(draft.schema, 'Port');
  addPort(draft, { ...request, mayExist: has(run, '--may-exist'), command: invocation.text }, (row) => {
    for (const setting of settings) setColumn(draft, table, row, setting, symbols);
  });
}

/** The interfaces of add-bond end where the first setting begins. */
function splitBond(words: readonly string[]): [interfaces: readonly string[], settings: readonly string[]] {
  const first = words.findIndex((word) => word.includes('='));
  const end = first < 0 ? words.length : first;
  return [words.slice(0, end), words.slice(end)];
}

const port = { writes: true, family: 'Port' } as const;
const bond = { writes: true, family: 'Bond' } as const;
const many = Number.POSITIVE_INFINITY;

export const portCommands: readonly CommandSyntax[] = [
  {
    ...port,
    name: 'list-ports',
    usage: 'BRIDGE',
    min: 1,
    max: 1,
    options: [],
    writes: false,
    help: 'print the names of all the ports on BRIDGE',
    reads: onBridge,
    run(run) {
      const bridge = getBridge(run.draft, run.invocation.args[0]!);
      print(run, portNames(run.draft, bridge).sort(compareBytes));
    },
  },
  {
    ...port,
    name: 'add-port',
    usage: 'BRIDGE NEW-PORT [COLUMN[:KEY]=VALUE]...',
    min: 2,
    max: many,
    options: ['--may-exist'],
    help: 'add network device PORT to BRIDGE',
    reads: (schema, { args: [bridge, name] }) => [...bridgeReads(schema, bridge!), ...nameReads(schema, name!)],
    prepare({ schema, invocation: { args } }) {
      for (const setting of args.slice(2)) checkArgument(findTable(schema, 'Port'), setting);
    },
    run(run) {
      const [bridge, name, ...settings] = run.invocation.args as [string, string, ...string[]];
      if (name === '') throw new Fatal('port name must not be empty string');
      addAndSet(run, { bridge, port: name, interfaces: [name] }, settings);
    },
  },
  {
    ...port,
    name: 'del-port',
    usage: '[BRIDGE] PORT|IFACE',
    min: 1,
    max: 2,
    options: ['--if-exists', '--with-iface'],
    help: 'delete PORT (which may be bonded) from BRIDGE',
    reads: (schema, { args }) => [
      ...args.flatMap((name) => bridgeReads(schema, name)),
      ...portReads(schema, args.at(-1)!),
    ],
    run(run) {
      const { args } = run.invocation;
      deletePort(run.draft, {
        bridge: args.length > 1 ? args[0] : undefined,
        target: args.at(-1)!,
        ifExists: has(run, '--if-exists'),
        withInterface: has(run, '--with-iface'),
      });
    },
  },
  {
    ...port,
    name: 'port-to-br',
    usage: 'PORT',
    min: 1,
    max: 1,
    options: [],
    writes: false,
    help: 'print name of bridge that contains PORT',
    reads: (schema, { args }) => portReads(schema, args[0]!),
    run(run) {
      print(run, [getPort(run.draft, run.invocation.args[0]!).bridge.name]);
    },
  },
  {
    ...bond,
    name: 'add-bond',
    usage: 'BRIDGE BOND IFACE... [COLUMN[:KEY]=VALUE]...',
    min: 4,
    max: many,
    options: ['--may-exist', '--fake-iface'],
    help: 'add bonded port BOND in BRIDGE from IFACEs',
    reads: (schema, { args: [bridge, name, ...words] }) => [
      ...bridgeReads(schema, bridge!),
      ...[name!, ...splitBond(words)[0]].flatMap((each) => nameReads(schema, each)),
    ],
    prepare({ schema, invocation: { args } }) {
      for (const setting of args.slice(2).filter((word) => word.includes('=')))
        checkArgument(findTable(schema, 'Port'), setting);
    },
    run(run) {
      const [bridge, name, ...words] = run.invocation.args as [string, string, ...string[]];
      const [interfaces, settings] = splitBond(words);
      if (interfaces.length < 2) {
        throw new Fatal(`add-bond requires at least 2 interfaces, but only ${interfaces.length} were specified`);
      }
      addAndSet(run, { bridge, port: name, interfaces, fakeInterface: has(run, '--fake-iface') }, settings);
    },
  },
  {
    ...bond,
    name: 'add-bond-iface',
    usage: 'BOND IFACE',
    min: 2,
    max: 2,
    options: ['--may-exist'],
    help: 'add IFACE to BOND',
    reads: (schema, { args: [name, each] }) => [...portReads(schema, name!), ...nameReads(schema, each!)],
    run(run) {
      const [name, each] = run.invocation.args as [string, string];
      addBondInterface(run.draft, name, each, { mayExist: has(run, '--may-exist'), command: run.invocation.text });
    },
  },
  {
    ...bond,
    name: 'del-bond-iface',
    usage: '[BOND] IFACE',
    min: 1,
    max: 2,
    options: ['--if-exists'],
    help: 'remove IFACE from BOND, or from the port that has it',
    run(run) {
      const { args } = run.invocation;
      const name = args.length > 1 ? args[0] : undefined;
      deleteBondInterface(run.draft, args.at(-1)!, { bond: name, ifExists: has(run, '--if-exists') });
    },
  },
  {
    name: 'list-ifaces',
    usage: 'BRIDGE',
    min: 1,
    max: 1,
    options: [],
    writes: false,
    family: 'Interface',
    help: 'print the names of all interfaces on BRIDGE',
    reads: onBridge,
    run(run) {
      const bridge = getBridge(run.draft, run.invocation.args[0]!);
      print(run, interfaceNames(run.draft, bridge).sort(compareBytes));
    },
  },
  {
    name: 'iface-to-br',
    usage: 'IFACE',
    min: 1,
    max: 1,
    options: [],
    writes: false,
    family: 'Interface',
    help: 'print name of bridge that contains IFACE',
    run(run) {
      print(run, [getInterface(run.draft, run.invocation.args[0]!).port.bridge.name]);
    },
  },
];
