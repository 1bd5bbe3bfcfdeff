/** The records: read, checked, written back. */
export { loadRecords, parseJson, readText, saveRecords } from './file.js';
export { parseRecords } from './parse.js';
export type { Bond, IpMode, Network, OtherConfig, Pif, Pool, Records, Reference, Tunnel, Vlan } from './types.js';
export { formatXmlRecords } from './write.js';
export { parseXmlRecords } from './xml.js';
