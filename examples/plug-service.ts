/**
 * A service that plugs VIFs for whoever writes to it: one JSON object a line in, one a line out, many at once.
 *
 *   {"id": 1, "do": "plug", "request": {"vif": {...}, "instance": {...}}}   ->  {"id": 1, "ok": {"name": "tap0", "ofport": 1, ...}}
 *   {"id": 2, "do": "unplug", "request": ...}                               ->  {"id": 2, "error": {"code": "ERR_...", "message": "..."}}
 *
 * Usage: node plug-service.js [REMOTE]. It ends when its input does, or at SIGTERM, after the calls that are under way.
 */
import { createInterface } from 'node:readline';
import { connect, OvskitError } from 'ovskit';
import { Plugger, type PlugRequest } from 'ovskit/vif';

interface Order {
  id: unknown;
  do: 'plug' | 'unplug';
  request: PlugRequest;
}

// One connection and one Plugger for all: calls that come together are joined into one transaction.
await using ovs = await connect(process.argv[2]);
await using plugger = new Plugger(ovs);

async function carryOut(line: string): Promise<object> {
  let id: unknown = null;
  try {
    const order = JSON.parse(line) as Order;
    id = order.id;
    if (order.do !== 'plug' && order.do !== 'unplug') throw new SyntaxError('"do" must be "plug" or "unplug"');
    return { id, ok: await plugger[order.do](order.request, { timeout: 30_000 }) };
  } catch (error) {
    // What the caller can do something about has a code; anything else is a defect, and ends the service.
    if (error instanceof OvskitError) return { id, error: { code: error.code, message: error.message } };
    if (error instanceof SyntaxError) return { id, error: { code: 'ERR_SYNTAX', message: error.message } };
    throw error;
  }
}

const input = createInterface({ input: process.stdin });
process.once('SIGTERM', () => input.close());
console.log(JSON.stringify({ ready: true }));
const underWay = new Set<Promise<void>>();
for await (const line of input) {
  const call: Promise<void> = carryOut(line)
    .then((answer) => console.log(JSON.stringify(answer)))
    .finally(() => underWay.delete(call));
  underWay.add(call);
}
await Promise.all(underWay);
