import type { Change } from './types.js';

/** A change in a few words. */
export function describeChange(change: Change): string {
  switch (change.change) {
    case 'add-bridge':
      return `add bridge ${change.bridge}`;
    case 'delete-bridge':
      return `delete bridge ${change.bridge}`;
    case 'add-port':
      return `add port ${change.port} to ${change.bridge}`;
    case 'add-bond':
      return `add bond ${change.port} of ${change.members.join(', ')} to ${change.bridge}`;
    case 'delete-port':
      return `delete port ${change.port}${change.bridge === undefined ? '' : ` from ${change.bridge}`}`;
    case 'set-bridge-external-id':
      return `set external id ${change.key} of bridge ${change.bridge}`;
    case 'set':
      return `set ${Object.keys(change.columns).join(', ')} of ${row(change)}`;
    case 'add':
      return `add to ${change.column} of ${row(change)}`;
    case 'remove':
      return `remove from ${change.column} of ${row(change)}`;
    case 'clear':
      return `clear ${change.columns.join(', ')} of ${row(change)}`;
    case 'create':
      return `create ${change.table} ${change.id}`;
    case 'destroy':
      return `destroy ${row(change)}`;
    case 'wait':
      return `make sure of ${Object.keys(change.columns).join(', ')} of ${row(change)}`;
  }
}

/** `port p1`, `QoS 8f3c0a52-...`. */
function row({ table, record }: { table: string; record: string }): string {
  return `${['Bridge', 'Port', 'Interface'].includes(table) ? table.toLowerCase() : table} ${record}`;
}
