import { Reader } from './bytes.js';
import { OpenFlowRefusedError } from './errors.js';
import { NICIRA } from './message.js';

type Codes = Readonly<Record<number, string>>;

/** OpenFlow 1.0.0 section 5.4.4 by type and code, under the names that ovs-ofctl prints. */
const STANDARD: Readonly<Record<number, Codes>> = {
  0: {
    0: 'OFPHFC_INCOMPATIBLE',
    1: 'OFPHFC_EPERM',
  },
  1: {
    0: 'OFPBRC_BAD_VERSION',
    1: 'OFPBRC_BAD_TYPE',
    2: 'OFPBRC_BAD_STAT',
    3: 'OFPBRC_BAD_VENDOR',
    4: 'OFPBRC_BAD_SUBTYPE',
    5: 'OFPBRC_EPERM',
    6: 'OFPBRC_BAD_LEN',
    7: 'OFPBRC_BUFFER_EMPTY',
    8: 'OFPBRC_BUFFER_UNKNOWN',
  },
  2: {
    0: 'OFPBAC_BAD_TYPE',
    1: 'OFPBAC_BAD_LEN',
    2: 'OFPBAC_BAD_VENDOR',
    3: 'OFPBAC_BAD_VENDOR_TYPE',
    4: 'OFPBAC_BAD_OUT_PORT',
    5: 'OFPBAC_BAD_ARGUMENT',
    6: 'OFPBAC_EPERM',
    7: 'OFPBAC_TOO_MANY',
    8: 'OFPBAC_BAD_QUEUE',
  },
  3: {
    0: 'OFPFMFC_TABLE_FULL',
    1: 'OFPFMFC_OVERLAP',
    2: 'OFPFMFC_EPERM',
    3: 'OFPFMFC_BAD_EMERG_TIMEOUT',
    4: 'OFPFMFC_BAD_COMMAND',
    5: 'OFPFMFC_UNSUPPORTED',
  },
  4: {
    0: 'OFPPMFC_BAD_PORT',
    1: 'OFPPMFC_BAD_HW_ADDR',
  },
  5: {
    0: 'OFPQOFC_BAD_PORT',
    1: 'OFPQOFC_BAD_QUEUE',
    2: 'OFPQOFC_EPERM',
  },
};

/** Nicira's extension, for what OpenFlow 1.0 has no code for. */
const NICIRA_ERRORS: Readonly<Record<number, Codes>> = {
  0: {
    263: 'OFPBMC_BAD_FIELD',
  },
  1: {
    256: 'NXBRC_NXM_INVALID',
    257: 'NXBRC_NXM_BAD_TYPE',
    258: 'OFPBMC_BAD_VALUE',
    259: 'OFPBMC_BAD_MASK',
    260: 'OFPBMC_BAD_PREREQ',
    261: 'OFPBMC_DUP_FIELD',
    262: 'OFPBMC_BAD_WILDCARDS',
    264: 'NXBMC_CT_DATAPATH_SUPPORT',
    265: 'NXBAC_CT_DATAPATH_SUPPORT',
    512: 'OFPBRC_BAD_TABLE_ID',
    513: 'OFPRRFC_BAD_ROLE',
    514: 'OFPBRC_BAD_PORT',
    515: 'NXBRC_MUST_BE_ZERO',
    516: 'NXBRC_BAD_REASON',
    517: 'OFPMOFC_MONITOR_EXISTS',
    518: 'OFPMOFC_BAD_FLAGS',
    519: 'OFPMOFC_UNKNOWN_MONITOR',
    520: 'NXBRC_FM_BAD_EVENT',
    521: 'NXBRC_UNENCODABLE_ERROR',
    522: 'OFPBAC_MATCH_INCONSISTENT',
    523: 'OFPBAC_BAD_SET_TYPE',
    524: 'OFPBAC_BAD_SET_LEN',
    525: 'OFPBAC_BAD_SET_ARGUMENT',
    527: 'NXTTMFC_BAD_COMMAND',
    528: 'NXTTMFC_BAD_OPT_LEN',
    529: 'NXTTMFC_BAD_FIELD_IDX',
    530: 'NXTTMFC_TABLE_FULL',
    531: 'NXTTMFC_ALREADY_MAPPED',
    532: 'NXTTMFC_DUP_ENTRY',
    533: 'NXR_NOT_SUPPORTED',
    534: 'NXR_STALE',
    535: 'NXST_NOT_CONFIGURED',
    536: 'NXFMFC_INVALID_TLV_FIELD',
    537: 'NXTTMFC_INVALID_TLV_DEL',
  },
  2: {
    9: 'OFPBAC_BAD_OUT_GROUP',
    256: 'NXBAC_MUST_BE_ZERO',
    257: 'OFPBIC_UNSUP_INST',
    526: 'NXBAC_BAD_CONJUNCTION',
  },
  3: {
    258: 'OFPFMFC_BAD_FLAGS',
  },
  5: {
    256: 'NXFMFC_HARDWARE',
    257: 'NXFMFC_BAD_TABLE_ID',
  },
  6: {
    0: 'OFPGMFC_GROUP_EXISTS',
    1: 'OFPGMFC_INVALID_GROUP',
    2: 'OFPGMFC_WEIGHT_UNSUPPORTED',
    3: 'OFPGMFC_OUT_OF_GROUPS',
    4: 'OFPGMFC_OUT_OF_BUCKETS',
    5: 'OFPGMFC_CHAINING_UNSUPPORTED',
    6: 'OFPGMFC_WATCH_UNSUPPORTED',
    7: 'OFPGMFC_LOOP',
    8: 'OFPGMFC_UNKNOWN_GROUP',
    9: 'OFPGMFC_CHAINED_GROUP',
    10: 'OFPGMFC_BAD_TYPE',
    11: 'OFPGMFC_BAD_COMMAND',
    12: 'OFPGMFC_BAD_BUCKET',
    13: 'OFPGMFC_BAD_WATCH',
    14: 'OFPGMFC_EPERM',
    15: 'OFPGMFC_UNKNOWN_BUCKET',
    16: 'OFPGMFC_BUCKET_EXISTS',
  },
  13: {
    2: 'OFPBPC_BAD_TYPE',
    3: 'OFPBPC_BAD_LEN',
    4: 'OFPBPC_BAD_VALUE',
  },
  14: {
    3: 'OFPBPC_TOO_MANY',
    4: 'OFPBPC_DUP_TYPE',
    5: 'OFPBPC_BAD_EXPERIMENTER',
    6: 'OFPBPC_BAD_EXP_TYPE',
    7: 'OFPBPC_BAD_EXP_VALUE',
    8: 'OFPBPC_EPERM',
  },
};

/** What some of them mean, in our words. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  OFPHFC_INCOMPATIBLE: 'no common version of OpenFlow',
  OFPBAC_BAD_OUT_PORT: 'there can be no port of that number',
  OFPFMFC_TABLE_FULL: 'the flow table is full',
  OFPFMFC_OVERLAP: 'a flow of the same priority overlaps it',
  OFPBMC_BAD_PREREQ: 'a field is matched without the one that it depends on',
  OFPBMC_BAD_FIELD: 'the switch does not know a field',
  OFPBMC_BAD_VALUE: 'a field cannot have that value',
  OFPBMC_BAD_MASK: 'a field cannot have that mask',
  OFPBRC_BAD_TABLE_ID: 'there is no such table',
  OFPBAC_BAD_ARGUMENT: 'an action cannot have that argument',
  OFPBAC_MATCH_INCONSISTENT: 'an action needs a field that is not matched',
  OFPBAC_TOO_MANY: 'too many actions',
  OFPBAC_BAD_QUEUE: 'the port cannot have that queue',
};

/** The type and code by which Open vSwitch marks an error of its extension. */
const VENDOR_TYPE = 0xb0c2;
const VENDOR_CODE = 0;

/**
 * What the body of an error says.
 * @param what names the request that it is the answer to.
 */
export function decodeError(body: Buffer, what: string): OpenFlowRefusedError {
  const reader = new Reader(body, 'an error message');
  let [type, code] = [reader.u16(), reader.u16()];
  let names = STANDARD;
  let family = 'OpenFlow';
  if (type === VENDOR_TYPE && code === VENDOR_CODE) {
    const vendor = reader.u32();
    [type, code] = [reader.u16(), reader.u16()];
    names = vendor === NICIRA ? NICIRA_ERRORS : {};
    family = vendor === NICIRA ? 'Nicira' : `vendor 0x${vendor.toString(16)}`;
  }
  const reason = names[type]?.[code] ?? `${family} error type ${type} code ${code}`;
  const text = family === 'OpenFlow' && type === 0 ? printable(reader.take(reader.left)) : undefined;
  return new OpenFlowRefusedError(what, reason, type, code, text || EXPLANATIONS[reason]);
}

/** Only a refused hello comes with a text; other errors carry the start of the request. */
function printable(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll(/[^ -~]+/g, '');
}
