import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { findSchema } from '../../src/sandbox/programs.js';

/**
 * A switch's database as a file, ready for ovsdb-server: a bridge with as many ports as asked for. The format is that of
 * ovsdb(5), "Standalone Database Format": the schema's record, then one transaction's. Made in place because 20,000
 * ports by transactions take longer than all the measurements.
 */

type Kind = 'root' | 'bridge' | 'port' | 'interface' | 'iface-id' | 'vm-uuid';

/** The same in every run, and spread evenly: ovsdb-server hashes a uuid by its first 32 bits alone. */
function uuid(kind: Kind, number: number): string {
  const digest = createHash('sha1').update(`${kind} ${number}`).digest('hex');
  return digest.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const set = (kind: Kind, count: number) => ['set', Array.from({ length: count }, (_, i) => ['uuid', uuid(kind, i)])];

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

export const interfaceName = (number: number): string => `tap${hex(number, 8)}-${hex(number % 256, 2)}`;

/** What OpenStack and ovs-vswitchd leave on a port between them, without statistics, which a file can't hold. */
function rows(ports: number): Record<string, Record<string, unknown>> {
  const portRows: Record<string, unknown> = {};
  const interfaceRows: Record<string, unknown> = {};
  for (let i = 0; i < ports; i++) {
    const name = interfaceName(i);
    const mac = `fa:16:3e:${hex(i >> 16, 2)}:${hex((i >> 8) & 255, 2)}:${hex(i & 255, 2)}`;
    portRows[uuid('port', i)] = { name, interfaces: ['uuid', uuid('interface', i)], tag: i % 4095 };
    interfaceRows[uuid('interface', i)] = {
      name,
      ofport: i + 1,
      external_ids: [
        'map',
        [
          ['attached-mac', mac],
          ['iface-id', uuid('iface-id', i)],
          ['iface-status', 'active'],
          ['vm-uuid', uuid('vm-uuid', i >> 1)],
        ],
      ],
    };
  }
  return {
    Open_vSwitch: { [uuid('root', 0)]: { bridges: ['uuid', uuid('bridge', 0)], next_cfg: 1, cur_cfg: 1 } },
    Bridge: { [uuid('bridge', 0)]: { name: 'br-int', ports: set('port', ports) } },
    Port: portRows,
    Interface: interfaceRows,
  };
}

function record(value: unknown): string {
  const text = `${JSON.stringify(value)}\n`;
  const bytes = Buffer.from(text);
  return `OVSDB JSON ${bytes.length} ${createHash('sha1').update(bytes).digest('hex')}\n${text}`;
}

/** The uuid of the `number`th interface. */
export const interfaceUuid = (number: number): string => uuid('interface', number);

/** Writes a database with one bridge of `ports` ports, each with an interface. */
export function writeDatabase(file: string, ports: number): void {
  const schema: unknown = JSON.parse(readFileSync(findSchema(), 'utf8'));
  writeFileSync(file, record(schema) + record({ _date: 0, _comment: `${ports} ports`, ...rows(ports) }));
}
