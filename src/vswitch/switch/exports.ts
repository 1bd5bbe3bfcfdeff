import { boolean, number, optionsCheck, text, texts } from '../../base/options.js';
import type { Value } from '../../ovsdb/values.js';
import type { Draft } from '../draft/index.js';
import { getRealBridge } from './bridges.js';

/** Where a bridge's traffic is reported to (ovs-vswitchd.conf.db(5), NetFlow). */
export interface NetFlowOptions {
  /** `IP:PORT`, one at least. */
  readonly targets: readonly string[];
  /** Seconds between reports of a flow; 0 for the default of 600, -1 for none. */
  readonly activeTimeout?: number | undefined;
  readonly engineId?: number | undefined;
  readonly engineType?: number | undefined;
  readonly addIdToInterface?: boolean | undefined;
}

/** (ovs-vswitchd.conf.db(5), sFlow) */
export interface SflowOptions {
  /** `IP[:PORT]`, one at least. */
  readonly targets: readonly string[];
  /** The device whose address the agent reports as its own. */
  readonly agent?: string | undefined;
  /** Bytes of each sampled packet. */
  readonly header?: number | undefined;
  /** Seconds between polls of counters. */
  readonly polling?: number | undefined;
  /** One packet in so many. */
  readonly sampling?: number | undefined;
}

/** (ovs-vswitchd.conf.db(5), IPFIX) */
export interface IpfixOptions {
  /** `IP:PORT`. */
  readonly targets: readonly string[];
  readonly sampling?: number | undefined;
  readonly observationDomainId?: number | undefined;
  readonly observationPointId?: number | undefined;
  /** Seconds. */
  readonly cacheActiveTimeout?: number | undefined;
  readonly cacheMaxFlows?: number | undefined;
}

const sampling = { targets: texts, sampling: number };

export const checkNetFlow = optionsCheck<NetFlowOptions>({
  targets: texts,
  activeTimeout: number,
  engineId: number,
  engineType: number,
  addIdToInterface: boolean,
});
export const checkSflow = optionsCheck<SflowOptions>({ ...sampling, agent: text, header: number, polling: number });
export const checkIpfix = optionsCheck<IpfixOptions>({
  ...sampling,
  observationDomainId: number,
  observationPointId: number,
  cacheActiveTimeout: number,
  cacheMaxFlows: number,
});

/**
 * Gives a bridge a row of its own in a table of exporters, in the place of the one it had; the server deletes that.
 * Equivalent to `ovs-vsctl -- set Bridge NAME COLUMN=@x -- --id=@x create TABLE ...` and to `clear Bridge NAME COLUMN`.
 */
function setExporter(
  draft: Draft,
  bridge: string,
  [table, column]: readonly [table: string, column: string],
  values: Readonly<Record<string, Value | undefined>> | undefined,
): void {
  const { row } = getRealBridge(draft, bridge);
  draft.set(row, column, values ? draft.insert(table, values).uuid : null);
}

/** Without options, none. */
export function setNetFlow(draft: Draft, bridge: string, options: NetFlowOptions | undefined): void {
  setExporter(
    draft,
    bridge,
    ['NetFlow', 'netflow'],
    options && {
      targets: options.targets,
      active_timeout: options.activeTimeout,
      engine_id: options.engineId,
      engine_type: options.engineType,
      add_id_to_interface: options.addIdToInterface,
    },
  );
}

/** Without options, none. */
export function setSflow(draft: Draft, bridge: string, options: SflowOptions | undefined): void {
  setExporter(
    draft,
    bridge,
    ['sFlow', 'sflow'],
    options && {
      targets: options.targets,
      agent: options.agent,
      header: options.header,
      polling: options.polling,
      sampling: options.sampling,
    },
  );
}

/** Without options, none. */
export function setIpfix(draft: Draft, bridge: string, options: IpfixOptions | undefined): void {
  setExporter(
    draft,
    bridge,
    ['IPFIX', 'ipfix'],
    options && {
      targets: options.targets,
      sampling: options.sampling,
      obs_domain_id: options.observationDomainId,
      obs_point_id: options.observationPointId,
      cache_active_timeout: options.cacheActiveTimeout,
      cache_max_flows: options.cacheMaxFlows,
    },
  );
}
