import { memberText, typeOf, type Wish, wishesOf } from './columns.js';
import type { AtomData, Change, Columns } from './types.js';

/** One `ovs-vsctl` command line for all changes; none when there is nothing to say. */
export function explainChanges(changes: readonly Change[]): string[][] {
  const commands = changes.flatMap(explainChange);
  if (commands.length === 0) return [];
  return [['ovs-vsctl', ...commands.flatMap((command, index) => (index === 0 ? command : ['--', ...command]))]];
}

/** The commands of ovs-vsctl(8) for a change; each begins with its options. */
function explainChange(change: Change): string[][] {
  switch (change.change) {
    case 'add-bridge': {
      const { bridge, fake, columns } = change;
      const parent = fake ? [fake.parent, String(fake.vlan)] : [];
      return [
        [...option('may-exist', change.mayExist), 'add-br', bridge, ...parent],
        ...set('Bridge', bridge, columns),
      ];
    }
    case 'delete-bridge':
      return [[...option('if-exists', change.ifExists), 'del-br', change.bridge]];
    case 'add-port': {
      const { bridge, port, columns } = change;
      const add = [...option('may-exist', change.mayExist), 'add-port', bridge, port];
      return [add, ...set('Port', port, columns), ...set('Interface', port, change.interface)];
    }
    case 'add-bond': {
      const { bridge, port, members, columns, interfaces = {} } = change;
      const options = [...option('may-exist', change.mayExist), ...option('fake-iface', change.fakeInterface)];
      const ofMembers = Object.entries(interfaces).flatMap(([member, each]) => set('Interface', member, each));
      return [[...options, 'add-bond', bridge, port, ...members], ...set('Port', port, columns), ...ofMembers];
    }
    case 'delete-port': {
      const options = [...option('if-exists', change.ifExists), ...option('with-iface', change.withInterface)];
      return [[...options, 'del-port', ...(change.bridge === undefined ? [] : [change.bridge]), change.port]];
    }
    case 'set-bridge-external-id':
      return [['br-set-external-id', change.bridge, change.key, ...(change.value === null ? [] : [change.value])]];
    case 'set':
      return set(change.table, change.record, change.columns, change.ifExists);
    case 'add':
    case 'remove': {
      const { table, record, column, values } = change;
      const words = values.map((value) => memberText(table, column, 'key', value));
      const verb = [...option('if-exists', change.ifExists), change.change, table, record, column];
      return words.length === 0 ? [] : [[...verb, ...words]];
    }
    case 'clear':
      return [[...option('if-exists', change.ifExists), 'clear', change.table, change.record, ...change.columns]];
    case 'create':
      return [[`--id=@${change.id}`, 'create', change.table, ...assignments(change.table, change.columns)]];
    case 'destroy':
      return [[...option('if-exists', change.ifExists), 'destroy', change.table, change.record]];
    case 'wait': {
      // A key that must not be there has no word in ovs-vsctl: that the transaction comes after the look at it is enough.
      const words = assignments(change.table, change.columns);
      return words.length === 0 ? [] : [['wait-until', change.table, change.record, ...words]];
    }
  }
}

function option(name: string, on: boolean | undefined): string[] {
  return on ? [`--${name}`] : [];
}

/** `set`, and `remove` for the keys that go. */
function set(table: string, record: string, columns: Columns | undefined, ifExists?: boolean): string[][] {
  const options = option('if-exists', ifExists);
  const assigned = assignments(table, columns);
  const removed = wishesOf(table, columns).flatMap((wish) => {
    if (wish.kind === 'value') return [];
    const keys = [...wish.pairs].flatMap(([key, value]) => (value === null ? [key] : []));
    const words = keys.map((key) => memberText(table, wish.column, 'key', key as AtomData));
    return words.length === 0 ? [] : [[...options, 'remove', table, record, wish.column, ...words]];
  });
  return [...(assigned.length === 0 ? [] : [[...options, 'set', table, record, ...assigned]]), ...removed];
}

/** `COLUMN=VALUE` and `COLUMN:KEY=VALUE`. */
function assignments(table: string, columns: Columns | undefined): string[] {
  return wishesOf(table, columns).flatMap((wish) => assignment(table, wish));
}

function assignment(table: string, wish: Wish): string[] {
  const { column } = wish;
  if (wish.kind === 'keys') {
    const text = (part: 'key' | 'value', atom: unknown) => memberText(table, column, part, atom as AtomData);
    return [...wish.pairs].flatMap(([key, value]) =>
      value === null ? [] : [`${column}:${text('key', key)}=${text('value', value)}`],
    );
  }
  if (wish.atoms.length === 0) return [`${column}=${typeOf(table, column).type.value ? '{}' : '[]'}`];
  const words = wish.atoms.map((atom) => memberText(table, column, 'key', atom as AtomData));
  return [`${column}=${words.length === 1 ? words[0] : `[${words.join(',')}]`}`];
}
