import {
  controllersOf,
  getBridge,
  getFailMode,
  getRealBridge,
  getSsl,
  managersOf,
  setFailMode,
  setSsl,
  setTargets,
  targetsOf,
} from '../../../vswitch/switch/index.js';
import { compareBytes } from '../../json/index.js';
import { type CommandSyntax, has, print, type Run } from '../command.js';
import { bridgeReads } from '../reads.js';
import { parseInteger } from '../text/atom.js';

const reads: CommandSyntax['reads'] = (schema, { args }) => bridgeReads(schema, args[0]!);
const many = Number.POSITIVE_INFINITY;

/** Connection methods of OpenFlow and of OVSDB are the same words. */
const TARGET = /^p?(tcp|ssl|unix):/;

function warnOfTargets(run: Run, targets: readonly string[]): void {
  for (const target of targets) {
    if (!TARGET.test(target)) run.warn(`target type "${target}" is possibly erroneous`);
  }
}

function probeOf(run: Run): number | bigint | undefined {
  const text = run.invocation.options.get('--inactivity-probe');
  return text === undefined ? undefined : (parseInteger(/^\s*[+-]?\d*/.exec(text)?.[0] ?? '') ?? 0);
}

const controller = { writes: true, family: 'OpenFlow Controller', reads } as const;
const manager = { writes: true, family: 'Manager' } as const;
const ssl = { writes: true, family: 'SSL' } as const;

export const controllerCommands: readonly CommandSyntax[] = [
  {
    ...controller,
    name: 'get-controller',
    usage: 'BRIDGE',
    min: 1,
    max: 1,
    options: [],
    writes: false,
    help: 'print the controllers for BRIDGE',
    run(run) {
      const { row } = getBridge(run.draft, run.invocation.args[0]!);
      print(run, targetsOf(run.draft, controllersOf(row)).sort(compareBytes));
    },
  },
  {
    ...controller,
    name: 'del-controller',
    usage: 'BRIDGE',
    min: 1,
    max: 1,
    options: [],
    help: 'delete the controllers for BRIDGE',
    run(run) {
      setTargets(run.draft, controllersOf(getRealBridge(run.draft, run.invocation.args[0]!).row), []);
    },
  },
  {
    ...controller,
    name: 'set-controller',
    usage: 'BRIDGE TARGET...',
    min: 1,
    max: many,
    options: ['--inactivity-probe='],
    help: 'set the controllers for BRIDGE',
    run(run) {
      const [name, ...targets] = run.invocation.args as [string, ...string[]];
      const { row } = getRealBridge(run.draft, name);
      warnOfTargets(run, targets);
      setTargets(run.draft, controllersOf(row), targets, probeOf(run));
    },
  },
  {
    ...controller,
    name: 'get-fail-mode',
    usage: 'BRIDGE',
    min: 1,
    max: 1,
    options: [],
    writes: false,
    help: 'print the fail-mode for BRIDGE',
    run(run) {
      const mode = getFailMode(run.draft, run.invocation.args[0]!);
      if (mode !== undefined) print(run, [mode]);
    },
  },
  {
    ...controller,
    name: 'del-fail-mode',
    usage: 'BRIDGE',
    min: 1,
    max: 1,
    options: [],
    help: 'delete the fail-mode for BRIDGE',
    run(run) {
      setFailMode(run.draft, run.invocation.args[0]!, undefined);
    },
  },
  {
    ...controller,
    name: 'set-fail-mode',
    usage: 'BRIDGE MODE',
    min: 2,
    max: 2,
    options: [],
    help: 'set the fail-mode for BRIDGE to MODE: standalone or secure',
    run(run) {
      setFailMode(run.draft, run.invocation.args[0]!, run.invocation.args[1]!);
    },
  },
  {
    ...manager,
    name: 'get-manager',
    usage: '',
    min: 0,
    max: 0,
    options: [],
    writes: false,
    help: 'print the managers',
    run(run) {
      print(run, targetsOf(run.draft, managersOf(run.draft)).sort(compareBytes));
    },
  },
  {
    ...manager,
    name: 'del-manager',
    usage: '',
    min: 0,
    max: 0,
    options: [],
    help: 'delete the managers',
    run(run) {
      setTargets(run.draft, managersOf(run.draft), []);
    },
  },
  {
    ...manager,
    name: 'set-manager',
    usage: 'TARGET...',
    min: 1,
    max: many,
    options: ['--inactivity-probe='],
    help: 'set the list of managers to TARGETs',
    run(run) {
      const { args } = run.invocation;
      warnOfTargets(run, args);
      setTargets(run.draft, managersOf(run.draft), args, probeOf(run));
    },
  },
  {
    ...ssl,
    name: 'get-ssl',
    usage: '',
    min: 0,
    max: 0,
    options: [],
    writes: false,
    help: 'print the SSL configuration',
    run(run) {
      const files = getSsl(run.draft);
      if (!files) return;
      print(run, [
        `Private key: ${files.privateKey}`,
        `Certificate: ${files.certificate}`,
        `CA Certificate: ${files.caCertificate}`,
        `Bootstrap: ${files.bootstrap}`,
      ]);
    },
  },
  {
    ...ssl,
    name: 'del-ssl',
    usage: '',
    min: 0,
    max: 0,
    options: [],
    help: 'delete the SSL configuration',
    run(run) {
      setSsl(run.draft, undefined);
    },
  },
  {
    ...ssl,
    name: 'set-ssl',
    usage: 'PRIVATE-KEY CERTIFICATE CA-CERT',
    min: 3,
    max: 3,
    options: ['--bootstrap'],
    help: 'set the SSL configuration',
    run(run) {
      const [privateKey, certificate, caCertificate] = run.invocation.args as [string, string, string];
      setSsl(run.draft, { privateKey, certificate, caCertificate, bootstrap: has(run, '--bootstrap') });
    },
  },
];
