import {
  addBridge,
  deleteBridge,
  fakeBridges,
  findBridge,
  getBridge,
  getExternalIds,
  realBridges,
  setExternalId,
} from '../../../vswitch/switch/index.js';
import { Exit, Fatal } from '../../fatal.js';
import { compareBytes } from '../../json/index.js';
import { type CommandSyntax, has, print } from '../command.js';
import { bridgeReads, nameReads } from '../reads.js';
import { atoi } from '../text/atoi.js';

const family = 'Bridge';
const reads: CommandSyntax['reads'] = (schema, { args }) => bridgeReads(schema, args[0]!);

export const bridgeCommands: readonly CommandSyntax[] = [
  {
    name: 'add-br',
    usage: 'NEW-BRIDGE [PARENT] [NEW-VLAN]',
    min: 1,
    max: 3,
    options: ['--may-exist'],
    writes: true,
    family,
    help: 'create a new bridge, or with PARENT and VLAN a fake bridge for that VLAN',
    reads: (schema, { args: [name, parent] }) => [
      ...nameReads(schema, name!),
      ...(parent === undefined ? [] : bridgeReads(schema, parent)),
    ],
    run(run) {
      const { args } = run.invocation;
      const [name, parent, vlanText] = args as [string, string?, string?];
      if (name === '') throw new Fatal('bridge name must not be empty string');
      const vlan = atoi(vlanText ?? '0');
      if (args.length === 2) throw new Fatal("'add-br' command takes exactly 1 or 3 arguments");
      if (vlan < 0 || vlan > 4095) throw new Fatal('add-br: vlan must be between 0 and 4095');
      const fake = parent === undefined ? undefined : { parent, vlan };
      addBridge(run.draft, name, { mayExist: has(run, '--may-exist'), fake });
    },
  },
  {
    name: 'del-br',
    usage: 'BRIDGE',
    min: 1,
    max: 1,
    options: ['--if-exists'],
    writes: true,
    family,
    help: 'delete BRIDGE and all of its ports',
    reads,
    run(run) {
      deleteBridge(run.draft, run.invocation.args[0]!, { ifExists: has(run, '--if-exists') });
    },
  },
  {
    name: 'list-br',
    usage: '',
    min: 0,
    max: 0,
    options: ['--real', '--fake'],
    writes: false,
    family,
    help: 'print the names of all the bridges',
    run(run) {
      const [real, fake] = [has(run, '--real'), has(run, '--fake')];
      const bridges = [
        ...(fake && !real ? [] : realBridges(run.draft)),
        ...(real && !fake ? [] : fakeBridges(run.draft)),
      ];
      print(run, bridges.map(({ name }) => name).sort(compareBytes));
    },
  },
  {
    name: 'br-exists',
    usage: 'BRIDGE',
    min: 1,
    max: 1,
    options: [],
    writes: false,
    family,
    help: 'exit 2 if BRIDGE does not exist',
    reads,
    run(run) {
      if (!findBridge(run.draft, run.invocation.args[0]!)) throw new Exit(2);
    },
  },
  {
    name: 'br-to-vlan',
    usage: 'BRIDGE',
    min: 1,
    max: 1,
    options: [],
    writes: false,
    family,
    help: 'print the VLAN which BRIDGE is on',
    reads,
    run(run) {
      print(run, [String(getBridge(run.draft, run.invocation.args[0]!).vlan)]);
    },
  },
  {
    name: 'br-to-parent',
    usage: 'BRIDGE',
    min: 1,
    max: 1,
    options: [],
    writes: false,
    family,
    help: 'print the parent of BRIDGE',
    reads,
    run(run) {
      const bridge = getBridge(run.draft, run.invocation.args[0]!);
      print(run, [(bridge.parent ?? bridge).name]);
    },
  },
  {
    name: 'br-set-external-id',
    usage: 'BRIDGE KEY [VALUE]',
    min: 2,
    max: 3,
    options: [],
    writes: true,
    family,
    help: 'set KEY on BRIDGE to VALUE, or unset it',
    reads,
    run(run) {
      const [name, key, value] = run.invocation.args as [string, string, string?];
      setExternalId(run.draft, getBridge(run.draft, name), key, value);
    },
  },
  {
    name: 'br-get-external-id',
    usage: 'BRIDGE [KEY]',
    min: 1,
    max: 2,
    options: [],
    writes: false,
    family,
    help: 'print value of KEY on BRIDGE, or list key-value pairs',
    reads,
    run(run) {
      const [name, key] = run.invocation.args as [string, string?];
      const ids = getExternalIds(run.draft, getBridge(run.draft, name));
      if (key !== undefined) print(run, ids.has(key) ? [ids.get(key)!] : []);
      else
        print(
          run,
          [...ids].sort(([a], [b]) => compareBytes(a, b)).map(([each, value]) => `${each}=${value}`),
        );
    },
  },
];
