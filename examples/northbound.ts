/**
 * A client of OVN's northbound database whose tables and columns the compiler knows. The types come from the server itself:
 *
 *   ovskit codegen unix:/var/run/ovn/ovnnb_db.sock --database OVN_Northbound --output northbound-schema.ts
 *
 * Usage: node northbound.js REMOTE SWITCH PORT...: makes the logical switch with those ports, and tells what is there then.
 */
import { Client, NamedUuid } from 'ovskit/ovsdb';
import { ovnNorthbound } from './northbound-schema.js';

const [remote = 'unix:/var/run/ovn/ovnnb_db.sock', name = 'sw0', ...ports] = process.argv.slice(2);

await using client = await Client.connect(remote);
const missing = ovnNorthbound.missingFrom(await client.getSchema(ovnNorthbound.name));
if (missing.length > 0) throw new Error(`this server is older than the types: it has no ${missing.join(', ')}`);
const replica = await ovnNorthbound.monitor(client, {
  Logical_Switch: { columns: ['name', 'ports'] },
  Logical_Switch_Port: { columns: ['name', 'addresses'] },
});

if (![...replica.table('Logical_Switch').rows()].some((row) => row.name === name)) {
  const inserts = ports.map((port, i) =>
    ovnNorthbound.insert('Logical_Switch_Port', { name: port, addresses: ['dynamic'] }, `p${i}`),
  );
  const references = ports.map((_, i) => new NamedUuid(`p${i}`));
  // The reply comes after the update of the replica, which then has the rows.
  await ovnNorthbound.transact(client, [
    ...inserts,
    ovnNorthbound.insert('Logical_Switch', { name, ports: references }),
  ]);
}
for (const row of replica.table('Logical_Switch').rows()) {
  const members = [...row.ports].map((uuid) => replica.table('Logical_Switch_Port').get(uuid)?.name ?? uuid);
  console.log(`${row.name}: ${members.sort().join(', ')}`);
}
