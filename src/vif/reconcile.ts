import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CallOptions, remaining, waitOptions } from '../base/deadline.js';
import { InvalidArgumentError } from '../base/errors.js';
import type { Plan } from '../plan/index.js';
import { type Belongings, belongingsOf, orphans, unusedNetworks } from './belongings.js';
import { type BridgeSite, checkBridges, isBridgeOf } from './bridges.js';
import { checkDistinct } from './distinct.js';
import { type DropSite, drop, dropReplaced } from './drop.js';
import { OTHER_MACHINE } from './errors.js';
import { deviceName, hybridNames, interfaceId, portBridgeNames } from './names.js';
import { changes, type PlanOptions } from './planner.js';
import type { PluggedVif } from './plugged.js';
import { type ParseOptions, type PlugRequest, parsePlugRequest, type VifRequest } from './request/index.js';
import { type OwnedPort, ownedPorts, type Place, type StaleMemory, stalePorts } from './stale.js';

export interface ReconcileOptions extends CallOptions, ParseOptions {
  /** The bridges that are put in order. Default: those of the desired VIFs. */
  bridges?: readonly string[] | undefined;
}

/** A desired VIF that can't be had. */
export interface FailedVif {
  /** The device. */
  readonly name: string;
  readonly error: unknown;
}

/** What sets the switch apart from what is desired. */
export interface Comparison {
  /** VIFs that are not there, or not as they should be, and what would make them so. */
  readonly missing: readonly { readonly name: string; readonly plan: Plan }[];
  readonly failed: readonly FailedVif[];
  /** Ports that are no desired VIF's. */
  readonly stale: readonly OwnedPort[];
  /** How many VIFs are as desired. */
  readonly unchanged: number;
  /** Those that were looked at. */
  readonly bridges: readonly string[];
}

/** What was done. */
export interface Reconciled {
  readonly plugged: readonly PluggedVif[];
  readonly failed: readonly FailedVif[];
  /** Ports that are no desired VIF's for the first time: they stay until the next time. */
  readonly stale: readonly OwnedPort[];
  /** Ports that were, and are gone with their devices. */
  readonly dropped: readonly OwnedPort[];
  readonly unchanged: number;
}

/** What a Plugger lends. */
export interface Site extends DropSite, BridgeSite {
  plan(request: VifRequest, options: PlanOptions): Promise<Plan>;
  plug(request: VifRequest, options: PlanOptions & CallOptions): Promise<PluggedVif>;
}

/** VIFs that are looked at, a few milliseconds, before the event loop has its turn. */
const TURN = 64;

/** Another port with a desired VIF's iface-id is what that VIF was before. */
const REPLACE = { replace: true };

interface Looked extends Omit<Comparison, 'bridges'> {
  readonly bridges: ReadonlySet<string>;
  readonly requests: ReadonlyMap<string, VifRequest>;
  readonly mine: Belongings;
}

export async function compare(
  site: Site,
  desired: readonly (PlugRequest | VifRequest)[],
  options: ReconcileOptions,
): Promise<Comparison> {
  const { missing, failed, stale, unchanged, bridges } = await look(site, desired, options);
  return { missing, failed, stale, unchanged, bridges: [...bridges] };
}

async function look(
  site: Site,
  desired: readonly (PlugRequest | VifRequest)[],
  options: ReconcileOptions,
): Promise<Looked> {
  const requests = checkDistinct(
    desired.map((input, index) => parsePlugRequest(input, `request ${index + 1}`, options)),
  );
  for (const { host } of requests.values()) if (host) throw new InvalidArgumentError(OTHER_MACHINE);
  const bridges = bridgesOf(requests.values(), options.bridges);
  const call = waitOptions(options);
  await site.ovs.sync(call);
  const missing: { name: string; plan: Plan }[] = [];
  const failed: FailedVif[] = [];
  const places: Place[] = [];
  const wanted = { names: new Set(requests.keys()), bridges: new Set<string>() };
  let looked = 0;
  for (const [name, request] of requests) {
    if (++looked % TURN === 0) await nextTurn();
    const { bridge } = request.vif.network;
    let names: string[] | undefined;
    try {
      const plan = await site.plan(request, REPLACE);
      names = plan.steps.flatMap((step) => (step.kind === 'wait-for-interface' ? [step.interface] : []));
      if (changes(plan)) missing.push({ name, plan });
    } catch (error) {
      failed.push({ name, error });
    }
    for (const each of names ?? portNames(request)) wanted.names.add(each);
    if (bridge === undefined) continue;
    wanted.bridges.add(bridge);
    places.push({ bridge, interfaceId: interfaceId(request.vif), names });
  }
  const mine = await belongingsOf(site.ovs, site.owner);
  const idle = [...bridges].filter((bridge) => !wanted.bridges.has(bridge) && !isBridgeOf(mine, bridge));
  await checkBridges(site, idle, call);
  const stale = [
    ...stalePorts(ownedPorts(site.ovs, site.owner, bridges), places),
    ...orphans(site.ovs, mine, wanted, bridges),
    ...(await unusedNetworks(mine, wanted, bridges)),
  ];
  return { missing, failed, stale, unchanged: requests.size - missing.length - failed.length, bridges, requests, mine };
}

/** Every port that a VIF could have. */
const portNames = ({ vif }: VifRequest) => [hybridNames(vif).switchEnd, portBridgeNames(vif).networkEnd];

function bridgesOf(requests: Iterable<VifRequest>, named: readonly string[] | undefined): ReadonlySet<string> {
  const bridges = new Set(named);
  for (const { vif } of requests) {
    const { bridge } = vif.network;
    if (bridge === undefined || bridges.has(bridge)) continue;
    if (named) {
      const known = named.join(', ');
      throw new InvalidArgumentError(
        `${deviceName(vif)} is desired on ${bridge}, which is none of the bridges ${known}`,
      );
    }
    bridges.add(bridge);
  }
  return bridges;
}

export async function reconcile(
  site: Site,
  memory: StaleMemory,
  desired: readonly (PlugRequest | VifRequest)[],
  options: ReconcileOptions,
): Promise<Reconciled> {
  const rest = options.timeout === undefined ? () => waitOptions(options) : remaining(options, options.timeout);
  const { missing, failed, stale, unchanged, bridges, requests, mine } = await look(site, desired, options);
  const again = memory.look(stale, bridges);
  const plugs = missing.map(async ({ name }) =>
    site.plug(requests.get(name) as VifRequest, { ...options, ...rest(), ...REPLACE }),
  );
  const drops = again.map((port) => drop(site, port, mine, rest()));
  const [plugged, dropped] = await Promise.all([Promise.allSettled(plugs), Promise.allSettled(drops)]);
  // A VIF that has got another device has had its old port taken away by its plug.
  const replaced = stale.filter(
    (port) => port.interfaceId !== undefined && !again.includes(port) && !site.ovs.tables.ports.get(port.uuid),
  );
  const cleared = await Promise.allSettled(replaced.map((port) => dropReplaced(site, port, mine, rest())));
  const dropsThat = (were: boolean) =>
    again.filter((_, index) => {
      const result = dropped[index];
      return result?.status === 'fulfilled' && result.value === were;
    });
  return {
    plugged: fulfilled(plugged),
    failed: [
      ...failed,
      ...failures(plugged, (index) => missing[index]?.name),
      ...failures(dropped, (index) => again[index]?.name),
      ...failures(cleared, (index) => replaced[index]?.name),
    ],
    stale: [...stale.filter((port) => !again.includes(port) && !replaced.includes(port)), ...dropsThat(false)],
    dropped: [...dropsThat(true), ...replaced.filter((_, index) => cleared[index]?.status === 'fulfilled')],
    unchanged,
  };
}

const fulfilled = <T>(results: readonly PromiseSettledResult<T>[]): T[] =>
  results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));

function failures<T>(
  results: readonly PromiseSettledResult<T>[],
  nameOf: (index: number) => string | undefined,
): FailedVif[] {
  return results.flatMap((result, index) =>
    result.status === 'rejected' ? [{ name: nameOf(index) as string, error: result.reason }] : [],
  );
}
