import { number, optionsCheck, record, text, textRecord } from '../../base/options.js';
import type { Draft } from '../draft/index.js';
import { getPort } from './ports.js';

type StringRecord = { readonly [key: string]: string };

/** A queue of a port's QoS (ovs-vswitchd.conf.db(5), Queue). */
export interface QueueOptions {
  /** 0 to 63: marks the packets. */
  readonly dscp?: number | undefined;
  /** `min-rate`, `max-rate`, `burst`, `priority`: bits, bits per second. */
  readonly otherConfig?: StringRecord | undefined;
  readonly externalIds?: StringRecord | undefined;
}

/** A port's QoS (ovs-vswitchd.conf.db(5), QoS). */
export interface QosOptions {
  /** `linux-htb`, `linux-hfsc`, `linux-noop`, `egress-policer`, ... */
  readonly type: string;
  /** By the queue's number. */
  readonly queues?: { readonly [number: number]: QueueOptions } | undefined;
  /** `max-rate` in bits per second, and others of the type's. */
  readonly otherConfig?: StringRecord | undefined;
  readonly externalIds?: StringRecord | undefined;
}

const checkKinds = optionsCheck<QosOptions>({
  type: text,
  queues: record,
  otherConfig: textRecord,
  externalIds: textRecord,
});
const checkQueue = optionsCheck<QueueOptions>({ dscp: number, otherConfig: textRecord, externalIds: textRecord });

export function checkQos(call: string, options: QosOptions): void {
  checkKinds(call, options);
  for (const [number, queue] of Object.entries(options.queues ?? {})) checkQueue(`${call}: queue ${number}`, queue);
}

/**
 * Gives a port QoS and queues of its own. The rows it had before stay if other ports have them too, and go otherwise.
 * Equivalent to `ovs-vsctl set Port NAME qos=@q -- --id=@q create QoS ... -- --id=@N create Queue ...`, and without
 * options to `ovs-vsctl clear Port NAME qos`.
 */
export function setQos(draft: Draft, name: string, options: QosOptions | undefined): void {
  const { row } = getPort(draft, name);
  // Who replaces what another has just set would leave a row that nobody refers to.
  draft.guardRow(row, ['qos']);
  dropQos(draft, row.uuid, draft.get(row, 'qos') as string | null);
  if (!options) {
    draft.set(row, 'qos', null);
    return;
  }
  const queues = Object.entries(options.queues ?? {}).map(([number, queue]) => {
    const values = {
      dscp: queue.dscp,
      other_config: toMap(queue.otherConfig),
      external_ids: toMap(queue.externalIds),
    };
    return [Number(number), draft.insert('Queue', values).uuid] as const;
  });
  const qos = draft.insert('QoS', {
    type: options.type,
    queues: new Map(queues),
    other_config: toMap(options.otherConfig),
    external_ids: toMap(options.externalIds),
  });
  draft.set(row, 'qos', qos.uuid);
}

/** QoS and Queue are rows of their own right: nobody deletes them for us, and others may share them. */
function dropQos(draft: Draft, port: string, uuid: string | null): void {
  if (uuid === null) return;
  const others = draft.find('Port', 'qos', uuid).filter((row) => row.uuid !== port);
  if (others.length > 0) return;
  const row = { table: 'QoS', uuid };
  const queues = new Set((draft.get(row, 'queues') as ReadonlyMap<number, string>).values());
  const kept = new Set<string>();
  for (const each of draft.rows('QoS', ['_uuid', 'queues'])) {
    if (each.uuid === uuid) continue;
    for (const queue of (draft.get(each, 'queues') as ReadonlyMap<number, string>).values()) kept.add(queue);
  }
  draft.delete(row);
  for (const queue of queues) if (!kept.has(queue)) draft.delete({ table: 'Queue', uuid: queue });
}

function toMap(pairs: StringRecord | undefined): ReadonlyMap<string, string> | undefined {
  return pairs && new Map(Object.entries(pairs));
}
