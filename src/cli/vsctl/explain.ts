import { encodeOperation } from '../../ovsdb/operations.js';
import { ReadCache } from '../../vswitch/draft/index.js';
import { type Json, serialize } from '../json/index.js';
import type { Invocation } from './command.js';
import { settle } from './execute.js';
import type { Server } from './server.js';
import type { Vsctl } from './session.js';
import { complete } from './transaction.js';

/** Prints the OVSDB operations (RFC 7047, section 5.2) that commands come to: those that read are sent, those that write are not. */
export async function explain(
  { io, options }: Vsctl,
  server: Server,
  invocations: readonly Invocation[],
  note: string,
): Promise<void> {
  const write = (title: string, operations: readonly object[]) => {
    if (operations.length === 0) return;
    io.stdout.write(`# ${title}\n`);
    for (const operation of operations) io.stdout.write(`${serialize(operation as Json)}\n`);
  };
  const outcome = await settle(server.schema, invocations, new ReadCache(), (reads) => {
    write(
      'read',
      reads.map((read) => encodeOperation(server.schema, { op: 'select', ...read })),
    );
    return server.read(reads);
  });
  const sent = complete(outcome, options, note);
  write(
    'write',
    sent.map((operation) => encodeOperation(server.schema, operation)),
  );
}
