/** A transaction in the making over rows that are read as they are needed. */
export { defaultValue, type Members, membersOf, valueFrom } from './column.js';
export { lightColumns } from './columns.js';
export { Draft, type DraftRow } from './draft.js';
export { Overtaken, type Read, ReadCache, type Source, Unread } from './reads.js';
export { type HeldColumns, ReplicaSource } from './replica-source.js';
