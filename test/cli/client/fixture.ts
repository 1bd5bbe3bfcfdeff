import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { output } from '../../support/run.js';

/** In the source tree: the compiler copies no schema. */
export const typesSchema = fileURLToPath(new URL('../../../../test/cli/client/types.ovsschema', import.meta.url));

/** Two rows of every column type, at their extremes and at their defaults; and some of the smaller tables. */
const rows: object[] = [
  { op: 'insert', table: 'Child', row: { name: 'kid' }, 'uuid-name': 'c1' },
  { op: 'insert', table: 'Child', row: { name: 'two words' }, 'uuid-name': 'c2' },
  { op: 'insert', table: 'Every', row: { s3: 'only', e: 'blue', rmax: -3 } },
  { op: 'insert', table: 'Root', row: { name: 'b', n: 2 } },
  { op: 'insert', table: 'Root', row: { name: 'a', n: 10 } },
  { op: 'insert', table: 'Root', row: { name: '', n: -4 } },
  { op: 'insert', table: 'Root', row: { name: 'ffffffff-0000-0000-0000-000000000001', n: 11 } },
  { op: 'insert', table: 'Root', row: { name: 'br-0.x_', n: 12 } },
  { op: 'insert', table: 'Root', row: { name: 'größer', n: 13 } },
  { op: 'insert', table: 'Sole', row: { n: 1 } },
];

/** As text: JavaScript has no numbers for it. */
const extremes = String.raw`{"op":"insert","table":"Every","row":{
  "i":9223372036854775807,"r":0.1,"b":true,"s":"it's \"quoted\"\n\tline\\ ünïcödé 😀 \u0001\u007f <a&b>,/",
  "u":["uuid","11111111-2222-3333-4444-555555555555"],"oi":-9223372036854775808,"or":1e300,"ob":false,"os":"",
  "si":["set",[3,1,2,9007199254740993,-9223372036854775808]],
  "sr":["set",[0.5,-1e-7,100,1e18,12345678901234567,0.0001,0.00001,123456789012345,1234567890123456,-2.5e-300]],
  "ss":["set",["b","a","","true","false","1","_x","a-b","a b","[]","x,y","11111111-2222-3333-4444-555555555555","ä"]],
  "su":["set",[["uuid","ffffffff-0000-0000-0000-000000000001"],["uuid","00000000-0000-0000-0000-000000000001"]]],
  "s3":["set",["two","one"]],"mss":["map",[["k","v"],["a b","c d"],["","x"],["q\"","\n"]]],
  "msi":["map",[["a",1],["b",9223372036854775807]]],"mis":["map",[[10,"ten"],[9,"nine"],[-1,"neg"]]],
  "mrr":["map",[[1.5,2],[1,1e100]]],"mbu":["map",[[true,["uuid","00000000-0000-0000-0000-000000000001"]]]],
  "e":"red","ei":2,"e1":"only","ri":-5,"rmin":0,"rmax":1.25,"rl":"ab",
  "ref":["set",[["named-uuid","c1"],["named-uuid","c2"]]],"wref":["named-uuid","c1"],
  "mref":["map",[["x",["named-uuid","c1"]]]],"eph":7,"imm":"fixed"}}`;

/** A private server with the Open_vSwitch database and one of every type, filled. */
export interface Fixture {
  sandbox: Sandbox;
  directory: string;
  /** Variables for the stock tool and ours alike. */
  env: NodeJS.ProcessEnv;
  /** Runs a command line of ovs-appctl(8) on the server. */
  appctl(...args: string[]): Promise<string>;
  /** Runs the stock ovsdb-client, which must succeed. */
  stock(...args: string[]): Promise<string>;
  /** Writes a file into the run directory. @returns its path. */
  file(name: string, content: string): string;
}

/** Starts it; it ends with the test file. */
export async function startFixture(t: Pick<ExecutionContext<unknown>, 'log'>): Promise<Fixture> {
  const sandbox = await startSandbox({ vswitchd: false, network: 'current', datapath: 'dummy' });
  t.log(`sandbox in ${sandbox.runDirectory}`);
  const env = { ...process.env, ...sandbox.env, TZ: 'UTC' };
  const directory = sandbox.runDirectory;
  const fixture: Fixture = {
    sandbox,
    directory,
    env,
    appctl: (...args) => output('ovs-appctl', ['-t', 'ovsdb-server', ...args], { env }),
    stock: (...args) => output('ovsdb-client', args, { env }),
    file(name, content) {
      writeFileSync(join(directory, name), content);
      return join(directory, name);
    },
  };
  await addTypes(fixture, 'Types');
  await fixture.stock('transact', `["Types",${rows.map((row) => JSON.stringify(row)).join(',')},${extremes}]`);
  return fixture;
}

/** Serves an empty database of the schema with every type under another name. */
export async function addTypes(fixture: Fixture, name: string): Promise<void> {
  const schema = readFileSync(typesSchema, 'utf8').replace('"Types"', JSON.stringify(name));
  const file = join(fixture.directory, `${name}.db`);
  await output('ovsdb-tool', ['create', file, fixture.file(`${name}.ovsschema`, schema)]);
  await fixture.appctl('ovsdb-server/add-db', file);
}
