import type { CallOptions } from '../base/deadline.js';
import { InvalidArgumentError } from '../base/errors.js';
import { type SelectedRow, select } from '../ovsdb/index.js';
import type { Ovs } from '../vswitch/index.js';
import { noDatapath } from '../vswitch/why.js';

type Select = ReturnType<typeof select>;

async function readRow(ovs: Ovs, operation: Select, options: CallOptions): Promise<SelectedRow | undefined> {
  const [{ rows }] = await ovs.client.transact('Open_vSwitch', [operation], options);
  return rows[0];
}

async function knownTypes(ovs: Ovs, options: CallOptions): Promise<readonly string[]> {
  const row = await readRow(ovs, select('Open_vSwitch', [], ['datapath_types']), options);
  return (row?.datapath_types ?? []) as readonly string[];
}

/**
 * The database takes any name of a datapath type, and ovs-vswitchd leaves a bridge of one that it doesn't know without a word.
 *
 * @throws {InvalidArgumentError}
 */
export async function checkDatapathType(ovs: Ovs, type: string, options: CallOptions): Promise<void> {
  const known = await knownTypes(ovs, options);
  // Empty where ovs-vswitchd has never run.
  if (known.length === 0 || known.includes(type)) return;
  throw new InvalidArgumentError(
    `datapath type ${JSON.stringify(type)} is none that ovs-vswitchd knows: ${known.join(', ')}`,
  );
}

/** What to say of a bridge that ovs-vswitchd has looked at and made no datapath for; nothing when it has one. */
export async function missingDatapath(ovs: Ovs, bridge: string, options: CallOptions): Promise<string | undefined> {
  const row = await readRow(ovs, select('Bridge', [['name', '==', bridge]], ['datapath_id', 'datapath_type']), options);
  if (!row || row.datapath_id !== null) return undefined;
  return noDatapath(bridge, String(row.datapath_type));
}
