/**
 * The requests that make links. The kernel takes no alias when it makes one, so it is set by a request that follows in the same
 * datagram: the kernel carries out a datagram to its end, even when the sender is killed. That request must not meet a device of
 * somebody else's, should the making fail because one of that name is there: so the new link gets an index of our choice, by
 * which it is named.
 */
import { randomInt } from 'node:crypto';
import { deletion } from './delete.js';
import { NetdevError } from './errors.js';
import { encodeLink, type LinkOptions, linkFlags } from './kinds/common.js';
import { describe, encodeKind, type LinkSpec } from './kinds/index.js';
import { read } from './native.js';
import { NLM_F_CREATE, NLM_F_EXCL, RTM } from './rtnetlink/constants.js';
import { ifinfomsg } from './rtnetlink/link-message.js';
import { type Message, message } from './rtnetlink/message.js';
import { type Request, requestAll } from './rtnetlink/request.js';
import { aliasAttribute } from './settings.js';

/** Of one datagram: the addon sends no more than 64 requests, or 64 KiB, as one. */
const MOST_REQUESTS = 64;
const MOST_BYTES = 60 * 1024;

/** Of the thousand million above those that the kernel has come to. */
const randomIndex = (): number => randomInt(0x4000_0000, 0x7fff_ffff);

/**
 * Makes links, each with its aliases or not at all.
 * @param pick chooses the indexes of links with an alias
 * @returns for each its error, if any
 * @throws {InvalidArgumentError} before anything is made
 */
export async function makeLinks(
  specs: readonly LinkSpec[],
  pick: () => number = randomIndex,
): Promise<(NetdevError | undefined)[]> {
  const indexes = freeIndexes(specs.filter(hasAlias).length * 2, pick);
  const errors = specs.map((): NetdevError | undefined => undefined);
  const makings = specs.flatMap((spec, place) => {
    try {
      return [{ place, spec, requests: creation(spec, hasAlias(spec) ? indexes.splice(-2) : []) }];
    } catch (error) {
      // A link or master that is not there fails this one alone.
      if (!(error instanceof NetdevError)) throw error;
      errors[place] = error;
      return [];
    }
  });
  const answers = await requestTogether(makings.map(({ requests }) => requests));
  const half = makings.flatMap(({ place, spec: { name } }, i) => {
    const [made, ...aliases] = answers[i] as (NetdevError | Message[])[];
    errors[place] = [made, ...aliases].find((answer) => answer instanceof NetdevError);
    return errors[place] && !(made instanceof NetdevError) ? [deletion(name)] : [];
  });
  await requestAll(half);
  return errors;
}

const endsOf = (spec: LinkSpec): ({ name: string } & LinkOptions)[] =>
  spec.kind === 'veth' ? [spec, spec.peer] : [spec];

// A pair without its other end is refused when it is encoded.
const hasAlias = (spec: LinkSpec): boolean => endsOf(spec).some((end) => end?.alias !== undefined);

/** The alias would go to the link that has the index already. */
function freeIndexes(count: number, pick: () => number): number[] {
  const free = new Set<number>();
  while (free.size < count) {
    const index = pick();
    const used = read(
      () => `look for a link of index ${index}`,
      (addon) => addon.isIndexUsed(index),
    );
    if (!used) free.add(index);
  }
  return [...free];
}

/** The request that makes the link, and those that set aliases. @throws {InvalidArgumentError} @throws {NetdevError} */
function creation(spec: LinkSpec, [index = 0, peerIndex]: readonly number[]): Request[] {
  const attributes = [...encodeLink(spec.name, spec), ...encodeKind(spec, peerIndex)];
  const making: Request = {
    deed: `create the ${describe(spec)}`,
    device: spec.name,
    kind: spec.kind,
    message: message(RTM.NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg({ index, ...linkFlags(spec) }), attributes),
  };
  const aliases = endsOf(spec).flatMap(({ name, alias }, i): Request[] => {
    if (alias === undefined) return [];
    const structure = ifinfomsg({ index: i === 0 ? index : peerIndex });
    const setting = message(RTM.SETLINK, 0, structure, [aliasAttribute(alias)]);
    return [{ deed: `set the alias of ${name}`, device: name, message: setting }];
  });
  return [making, ...aliases];
}

/** Sends the requests, those of one link in one datagram. */
async function requestTogether(links: readonly Request[][]): Promise<(NetdevError | Message[])[][]> {
  const answers: (NetdevError | Message[])[][] = [];
  for (let from = 0; from < links.length; ) {
    let to = from;
    for (let count = 0, bytes = 0; to < links.length; to++) {
      const requests = links[to] as Request[];
      count += requests.length;
      bytes += requests.reduce((sum, { message: { length } }) => sum + length, 0);
      if (to > from && (count > MOST_REQUESTS || bytes > MOST_BYTES)) break;
    }
    const group = links.slice(from, to);
    const flat = await requestAll(group.flat());
    let next = 0;
    for (const requests of group) {
      answers.push(flat.slice(next, next + requests.length));
      next += requests.length;
    }
    from = to;
  }
  return answers;
}
