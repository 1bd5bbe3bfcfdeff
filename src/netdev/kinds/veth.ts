import { InvalidArgumentError } from '../../base/errors.js';
import { attribute } from '../rtnetlink/attributes.js';
import { ifinfomsg } from '../rtnetlink/link-message.js';
import { type Encoded, encodeLink, type LinkOptions } from './common.js';

const VETH_INFO_PEER = 1;

/** A veth pair to make, for `createLinks`. */
export interface VethSpec extends LinkOptions {
  kind: 'veth';
  name: string;
  /** The other end. */
  peer: { name: string } & LinkOptions;
}

/**
 * VETH_INFO_PEER is a whole ifinfomsg with its attributes, not attributes alone (linux/veth.h). Without
 * flags: the kernel sets the peer up before it is one, and fails with ENOTCONN.
 * @param peerIndex the index that the peer is to have; 0 for the next one
 */
export function encodeVeth({ name, peer }: VethSpec, peerIndex = 0): Encoded {
  if (typeof peer !== 'object' || peer === null) {
    throw new InvalidArgumentError(`the veth pair ${name} needs a peer, the name of its other end`);
  }
  const payload = Buffer.concat([ifinfomsg({ index: peerIndex }), ...encodeLink(peer.name, peer)]);
  return { data: [attribute(VETH_INFO_PEER, payload)] };
}
