import type { Members } from '../../../vswitch/draft/index.js';
import {
  addMapping,
  addZonePolicy,
  capabilitiesOf,
  deleteMapping,
  deleteZonePolicy,
  emergencyReset,
  mappingsOf,
  zonePolicies,
} from '../../../vswitch/switch/index.js';
import { Fatal } from '../../fatal.js';
import { type CommandSyntax, has, print } from '../command.js';
import { bridgeReads } from '../reads.js';
import { showDatabase } from '../show.js';
import { atoi } from '../text/atoi.js';
import { parseInteger } from '../text/atom.js';

const whole = { min: 0, max: 0, usage: '', options: [], family: 'Open vSwitch' } as const;
const zone = { family: 'Conntrack Zone' } as const;
const attach: Pick<CommandSyntax, 'family' | 'options' | 'reads'> = {
  family: 'Auto-Attach',
  options: [],
  reads: (schema, { args }) => bridgeReads(schema, args[0]!),
};

/** A number as `strtoull` reads it whole. */
function numberOf(text: string): number {
  const value = parseInteger(text);
  if (value === undefined) throw new Fatal(`Invalid argument ${text}`);
  return Number(value);
}

/** `zone=ZONE_ID`. */
function zoneOf(text: string): number {
  const value = /^zone=(.*)$/.exec(text)?.[1] ?? '';
  const number = /^[ \t]*[+-]?\d+/.exec(value)?.[0];
  return number === undefined ? 0 : Number(number);
}

/** KEY=SECONDS; what the keys are is the server's to say. */
function timeoutsOf(words: readonly string[]): Members {
  return words.map((word) => {
    const [key = '', value = ''] = word.split(/=(.*)/s);
    return [key, atoi(value)];
  });
}

export const otherCommands: readonly CommandSyntax[] = [
  {
    ...whole,
    name: 'init',
    writes: true,
    help: 'initialize database, if not yet initialized',
    run() {},
  },
  {
    ...whole,
    name: 'show',
    writes: false,
    help: 'print overview of database contents',
    run: showDatabase,
  },
  {
    ...whole,
    name: 'emer-reset',
    writes: true,
    help: 'reset configuration to clean state',
    run: ({ draft }) => emergencyReset(draft),
  },
  {
    ...zone,
    name: 'add-zone-tp',
    usage: 'DATAPATH zone=ZONE_ID POLICY...',
    min: 3,
    max: 18,
    options: ['--may-exist'],
    writes: true,
    help: 'set the timeout policy of a conntrack zone: KEY=SECONDS pairs',
    run(run) {
      const [name, place, ...policies] = run.invocation.args as [string, string, ...string[]];
      addZonePolicy(run.draft, name, zoneOf(place), timeoutsOf(policies), { mayExist: has(run, '--may-exist') });
    },
  },
  {
    ...zone,
    name: 'del-zone-tp',
    usage: 'DATAPATH zone=ZONE_ID',
    min: 2,
    max: 2,
    options: ['--if-exists'],
    writes: true,
    help: 'delete the timeout policy of a conntrack zone',
    run(run) {
      const [name, place] = run.invocation.args as [string, string];
      deleteZonePolicy(run.draft, name, zoneOf(place), { ifExists: has(run, '--if-exists') });
    },
  },
  {
    ...zone,
    name: 'list-zone-tp',
    usage: 'DATAPATH',
    min: 1,
    max: 1,
    options: [],
    writes: false,
    help: 'print the timeout policies of all zones',
    run(run) {
      for (const [id, timeouts] of zonePolicies(run.draft, run.invocation.args[0]!)) {
        const text = timeouts ? [...timeouts].map(([key, value]) => `${key}=${value}`).join(' ') : 'system default';
        run.out.push(`Zone:${id}, Timeout Policies: ${text}\n`);
      }
    },
  },
  {
    name: 'list-dp-cap',
    usage: 'DATAPATH',
    min: 1,
    max: 1,
    options: [],
    writes: false,
    family: 'Datapath',
    help: "print the datapath's capabilities",
    run(run) {
      const text = [...capabilitiesOf(run.draft, run.invocation.args[0]!)].map(([key, value]) => `${key}=${value}`);
      run.out.push(`${text.join(' ')}\n`);
    },
  },
  {
    ...attach,
    name: 'add-aa-mapping',
    usage: 'BRIDGE I-SID VLAN',
    min: 3,
    max: 3,
    writes: true,
    help: 'add Auto Attach mapping to BRIDGE',
    run(run) {
      const [bridge, isid, vlan] = run.invocation.args as [string, string, string];
      addMapping(run.draft, bridge, numberOf(isid), numberOf(vlan));
    },
  },
  {
    ...attach,
    name: 'del-aa-mapping',
    usage: 'BRIDGE I-SID VLAN',
    min: 3,
    max: 3,
    writes: true,
    help: 'delete Auto Attach mapping VLAN from BRIDGE',
    run(run) {
      const [bridge, isid, vlan] = run.invocation.args as [string, string, string];
      deleteMapping(run.draft, bridge, numberOf(isid), numberOf(vlan));
    },
  },
  {
    ...attach,
    name: 'get-aa-mapping',
    usage: 'BRIDGE',
    min: 1,
    max: 1,
    writes: false,
    help: 'get Auto Attach mappings from BRIDGE',
    run(run) {
      print(
        run,
        [...mappingsOf(run.draft, run.invocation.args[0]!)]
          .sort(([a], [b]) => a - b)
          .map(([isid, vlan]) => `${isid} ${vlan}`),
      );
    },
  },
];
