import { readdirSync, readFileSync } from 'node:fs';

/** What the original did on made-up records: see README.md beside the cases. */
const directory = new URL('../../../test/reconfigure/cases/', import.meta.url);

export type Ref = string;
export type Action = ['up' | 'down', Ref] | ['rewrite'];

export interface PifRecord {
  readonly uuid: string;
  currently_attached: boolean;
  readonly bond_master_of: readonly Ref[];
  readonly bond_slave_of: Ref;
}

export interface Event {
  readonly t: 'phase' | 'log' | 'query' | 'run' | 'raise';
  readonly argv?: readonly string[];
  readonly msg?: string;
}

export interface CaseStep {
  readonly action: Action;
  readonly ok: boolean;
  readonly events: readonly Event[];
  /** Of the whole program: every file after the action. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Case {
  readonly name: string;
  readonly input: {
    readonly mode: 'datapath' | 'full';
    readonly host: {
      netdevs: Record<string, { features?: string | null; driver?: string | null; driver_link?: string }>;
      ifcfg: string[];
      fail_modes: Record<string, string>;
      ofports: Record<string, string>;
    };
    readonly db: { readonly pifs: Record<Ref, PifRecord>; readonly bonds: Record<Ref, { master: Ref; slaves: Ref[] }> };
  };
  readonly expected: readonly CaseStep[];
}

export function loadCases(): Case[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => {
    const text = readFileSync(new URL(name, directory), 'utf8');
    return { name: name.replace('.json', ''), ...(JSON.parse(text) as Omit<Case, 'name'>) };
  });
}

/** What xapi notes between actions. */
export function noteAttached({ pifs, bonds }: Case['input']['db'], [verb, ref]: Action): void {
  if (verb === 'rewrite' || ref === undefined) return;
  const pif = pifs[ref] as PifRecord;
  pif.currently_attached = verb === 'up';
  if (verb === 'down') return;
  for (const bond of pif.bond_master_of) {
    for (const slave of bonds[bond]?.slaves ?? []) (pifs[slave] as PifRecord).currently_attached = false;
  }
  const master = bonds[pif.bond_slave_of]?.master;
  if (master !== undefined) (pifs[master] as PifRecord).currently_attached = false;
}

/** The devices that come and go by an ovs-vsctl line of the original. */
export function noteDevices(netdevs: Case['input']['host']['netdevs'], argv: readonly string[]): void {
  for (const words of commandsOf(argv)) {
    const [command, ...args] = words.filter((word) => !word.startsWith('--'));
    const [first = '', second = ''] = args;
    if (command === 'add-br') netdevs[first] ??= { features: null, driver: null };
    if (command === 'del-br') delete netdevs[first];
    if (command === 'add-bond') netdevs[second] ??= { features: null, driver: null };
  }
}

/** The commands of one ovs-vsctl line. */
export function commandsOf(argv: readonly string[]): string[][] {
  const commands: string[][] = [[]];
  for (const word of argv.slice(1)) {
    if (word === '--') commands.push([]);
    else commands.at(-1)?.push(word);
  }
  return commands.filter((words) => words.some((word) => !word.startsWith('--')));
}
