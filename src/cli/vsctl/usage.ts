import { runDirectory } from '../../base/directories.js';
import { tableSchema } from '../../ovsdb/schema.js';
import { builtInSchema } from '../../vswitch/built-in-schema.js';
import { compareBytes, Shash } from '../json/index.js';
import { formatUsage, logUsage, streamUsage } from '../options/usage-text.js';
import { recordIds } from './database/records.js';
import { globalOptions, SCHEMA_VERSION, STOCK_VERSION } from './global-options.js';
import { commands } from './registry.js';

/** What `--help`, `--version`, `--commands` and `--options` print. */
export function describe(what: 'help' | 'version' | 'commands' | 'options', program: string): string {
  switch (what) {
    case 'help':
      return usage(program);
    case 'version':
      return `${program} (Open vSwitch) ${STOCK_VERSION}\nDB Schema ${SCHEMA_VERSION}\n`;
    case 'commands':
      return listCommands();
    case 'options':
      return globalOptions
        .filter(({ extra }) => !extra)
        .map(({ name, short, argument }) => {
          const long = `--${name}${argument ? '=ARG' : ''}\n`;
          return short === undefined ? long : `${long}-${short}${argument ? ' ARG' : ''}\n`;
        })
        .join('');
  }
}

/** The order in which ovs-vsctl registers its commands: that of its hash table hangs on it. */
const registered = `
  comment get list find set add remove clear create destroy wait-until show init add-br del-br list-br br-exists br-to-vlan
  br-to-parent br-set-external-id br-get-external-id list-ports add-port del-port port-to-br add-bond add-bond-iface
  del-bond-iface list-ifaces iface-to-br get-controller del-controller set-controller get-fail-mode del-fail-mode
  set-fail-mode get-manager del-manager set-manager get-ssl del-ssl set-ssl add-aa-mapping del-aa-mapping get-aa-mapping
  emer-reset add-zone-tp del-zone-tp list-zone-tp list-dp-cap
`;

/** Commands whose arguments the stock `--commands` leaves out. */
const untold = new Set(['add-zone-tp', 'del-zone-tp', 'list-zone-tp', 'list-dp-cap']);

/** `--commands`: options, name and arguments of each for programs to read, in the order of the stock hash table. */
function listCommands(): string {
  const lines: string[] = [];
  const inOrder = registered.split(/\s+/).flatMap((name) => {
    const syntax = commands.get(name);
    return syntax ? [[name, syntax] as [string, typeof syntax]] : [];
  });
  for (const [name, syntax] of Shash.from(inOrder)) {
    const options = syntax.options.map((option) => `[${option}] `).join('');
    const words = untold.has(name) ? '' : syntax.usage.split(' ').map(describeArgument).join(' ');
    lines.push(`${options},${name},${words}\n`);
  }
  return lines.join('');
}

/** `!` for a word that must be there, `?` for one that may, `+` and `*` for the same of several. */
function describeArgument(word: string): string {
  if (word === '') return '';
  // The stock table has no better names for the words of the auto-attach commands.
  if (word === 'I-SID' || word === 'VLAN') return '!ARG';
  const many = word.endsWith('...');
  const one = many ? word.slice(0, -3) : word;
  const optional = /^\[(.*)\]$/.exec(one)?.[1];
  const inner = (optional ?? one).replace(/\[([^\]]*)\]/g, '?$1');
  return `${optional === undefined ? (many ? '+' : '!') : many ? '*' : '?'}${inner}`;
}

function usage(program: string): string {
  return `${program}: ovs-vswitchd management utility
usage: ${program} [OPTIONS] COMMAND [ARG...]

Open vSwitch commands:
  init                        initialize database, if not yet initialized
  show                        print overview of database contents
  emer-reset                  reset configuration to clean state

Bridge commands:
  add-br BRIDGE               create a new bridge named BRIDGE
  add-br BRIDGE PARENT VLAN   create new fake BRIDGE in PARENT on VLAN
  del-br BRIDGE               delete BRIDGE and all of its ports
  list-br                     print the names of all the bridges
  br-exists BRIDGE            exit 2 if BRIDGE does not exist
  br-to-vlan BRIDGE           print the VLAN which BRIDGE is on
  br-to-parent BRIDGE         print the parent of BRIDGE
  br-set-external-id BRIDGE KEY VALUE  set KEY on BRIDGE to VALUE
  br-set-external-id BRIDGE KEY  unset KEY on BRIDGE
  br-get-external-id BRIDGE KEY  print value of KEY on BRIDGE
  br-get-external-id BRIDGE  list key-value pairs on BRIDGE

Port commands (a bond is considered to be a single port):
  list-ports BRIDGE           print the names of all the ports on BRIDGE
  add-port BRIDGE PORT        add network device PORT to BRIDGE
  add-bond BRIDGE PORT IFACE...  add bonded port PORT in BRIDGE from IFACES
  del-port [BRIDGE] PORT      delete PORT (which may be bonded) from BRIDGE
  port-to-br PORT             print name of bridge that contains PORT

Interface commands (a bond consists of multiple interfaces):
  list-ifaces BRIDGE          print the names of all interfaces on BRIDGE
  iface-to-br IFACE           print name of bridge that contains IFACE

Controller commands:
  get-controller BRIDGE      print the controllers for BRIDGE
  del-controller BRIDGE      delete the controllers for BRIDGE
  [--inactivity-probe=MSECS]
  set-controller BRIDGE TARGET...  set the controllers for BRIDGE
  get-fail-mode BRIDGE       print the fail-mode for BRIDGE
  del-fail-mode BRIDGE       delete the fail-mode for BRIDGE
  set-fail-mode BRIDGE MODE  set the fail-mode for BRIDGE to MODE

Manager commands:
  get-manager                print the managers
  del-manager                delete the managers
  [--inactivity-probe=MSECS]
  set-manager TARGET...      set the list of managers to TARGET...

SSL commands:
  get-ssl                     print the SSL configuration
  del-ssl                     delete the SSL configuration
  set-ssl PRIV-KEY CERT CA-CERT  set the SSL configuration

Auto Attach commands:
  add-aa-mapping BRIDGE I-SID VLAN   add Auto Attach mapping to BRIDGE
  del-aa-mapping BRIDGE I-SID VLAN   delete Auto Attach mapping VLAN from BRIDGE
  get-aa-mapping BRIDGE              get Auto Attach mappings from BRIDGE

Switch commands:
  emer-reset                  reset switch to known good state

Database commands:
  list TBL [REC]              list RECord (or all records) in TBL
  find TBL CONDITION...       list records satisfying CONDITION in TBL
  get TBL REC COL[:KEY]       print values of COLumns in RECord in TBL
  set TBL REC COL[:KEY]=VALUE set COLumn values in RECord in TBL
  add TBL REC COL [KEY=]VALUE add (KEY=)VALUE to COLumn in RECord in TBL
  remove TBL REC COL [KEY=]VALUE  remove (KEY=)VALUE from COLumn
  clear TBL REC COL           clear values from COLumn in RECord in TBL
  create TBL COL[:KEY]=VALUE  create and initialize new record
  destroy TBL REC             delete RECord from TBL
  wait-until TBL REC [COL[:KEY]=VALUE]  wait until condition is true
Potentially unsafe database commands require --force option.
Database commands may reference a row in each table in the following ways:
${describeRecords()}
Options:
  --db=DATABASE               connect to DATABASE
                              (default: unix:${runDirectory()}/db.sock)
  --no-wait                   do not wait for ovs-vswitchd to reconfigure
  --retry                     keep trying to connect to server forever
  -t, --timeout=SECS          wait at most SECS seconds for ovs-vswitchd
  --dry-run                   do not commit changes to database
  --oneline                   print exactly one line of output per command

${formatUsage}
${logUsage(program)}  --no-syslog             equivalent to --verbose=vsctl:syslog:warn

${streamUsage('database')}
Other options:
  -h, --help                  display this help message
  -V, --version               display version information
`;
}

/** How records of each table may be named. */
function describeRecords(): string {
  const schema = builtInSchema();
  return [...schema.tables.keys()]
    .sort(compareBytes)
    .map((name) => {
      const id = recordIds[name];
      const lines = ['by UUID'];
      if (id?.by === 'only') lines.push('as "."');
      if (id?.by === 'column') lines.push(`by "${id.column}"`);
      if (id?.by === 'via')
        lines.push(`via "${id.column}" of ${tableSchema(schema, id.table).name} with matching "name"`);
      return `  ${name}:\n${lines.map((line) => `    ${line}\n`).join('')}`;
    })
    .join('');
}
