/** An option before the commands, for the manual: what its value stands for, and what it does. */
export interface OptionHelp {
  readonly value?: string;
  readonly help: string;
}

/** By the option's long name; test/cli/vsctl/documents.test.ts holds it to the options that the parser knows. */
export const optionHelp: Readonly<Record<string, OptionHelp>> = {
  db: {
    value: 'SERVER',
    help: 'The database server: unix:FILE, tcp:HOST:PORT, ssl:HOST:PORT, or with p before them to be connected to; several with commas. By default unix:/var/run/openvswitch/db.sock, or db.sock in $OVS_RUNDIR.',
  },
  'no-syslog': { help: 'Taken, and without effect: nothing goes to the system log.' },
  'no-wait': { help: 'Ends when the database has the change, without waiting for ovs-vswitchd to carry it out.' },
  'dry-run': { help: 'Sends nothing that would change the database.' },
  oneline: { help: 'Prints what each command says on one line, its line breaks as \\n and its backslashes doubled.' },
  timeout: { value: 'SECONDS', help: 'Ends by SIGALRM when that much time is over; without it, it waits for ever.' },
  retry: {
    help: 'Tries again where the server cannot be reached or the connection is lost, rather than ending with an error.',
  },
  help: { help: 'Prints a summary of commands and options.' },
  commands: { help: 'Prints each command with its options and arguments, for programs.' },
  options: { help: 'Prints each option, for programs.' },
  'leader-only': { help: 'Takes only the leader of a cluster for its server; the default.' },
  'no-leader-only': { help: 'Takes any member of a cluster.' },
  'shuffle-remotes': { help: 'Tries several servers in random order; the default.' },
  'no-shuffle-remotes': { help: 'Tries several servers in the order in which they are named.' },
  version: { help: 'Prints versions: of ovs-vsctl that this equals, and of the schema that is built in.' },
  verbose: {
    value: '[MODULE][:[DESTINATION][:LEVEL]]',
    help: 'How much is logged: off, emer, err, warn, info or dbg. Without a value, all of it goes to the console.',
  },
  'log-file': { value: 'FILE', help: 'Logs to FILE, or to ovs-vsctl.log in the directory of logs.' },
  'syslog-method': { value: 'METHOD', help: 'Checked, and without effect: nothing goes to the system log.' },
  'syslog-target': { value: 'HOST:PORT', help: 'Taken, and without effect: nothing goes to the system log.' },
  format: { value: 'FORMAT', help: 'How list and find print: list (the default), table, html, csv or json.' },
  data: { value: 'FORMAT', help: 'How they print a cell: string (the default), bare or json.' },
  'no-headings': { help: 'Leaves out the row of headings.' },
  pretty: { help: 'Prints JSON on many lines, indented.' },
  bare: { help: 'The same as --format=list --data=bare --no-headings.' },
  'max-column-width': { value: 'N', help: 'Cuts columns of a table off after N characters.' },
  'private-key': { value: 'FILE', help: 'The private key, in PEM, that an ssl: server is shown.' },
  certificate: { value: 'FILE', help: 'The certificate of that key, in PEM.' },
  'ca-cert': { value: 'FILE', help: 'The certificate, in PEM, that the certificate of the server must be signed by.' },
  'ssl-protocols': { value: 'PROTOCOLS', help: 'Taken, and without effect: TLS 1.2 and later, as Node.js has them.' },
  'ssl-ciphers': { value: 'CIPHERS', help: 'Taken, and without effect: those of Node.js.' },
  'bootstrap-ca-cert': {
    value: 'FILE',
    help: 'As --ca-cert; where FILE is missing, the first certificate that the server shows is believed and written there.',
  },
  'peer-ca-cert': { value: 'FILE', help: 'Taken, and without effect.' },
  explain: {
    help: 'Prints the OVSDB operations that the commands come to, one a line; those that write are not sent.',
  },
  batch: {
    value: 'FILE',
    help: 'Reads command lines from FILE or standard input and runs them one after the other on one connection. An error names its line, and the next line follows; the exit status is 1 then.',
  },
  atomic: { help: 'Makes all lines of a batch one transaction.' },
};
