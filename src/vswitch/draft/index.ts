/** A transaction in the making over rows that are read as they are needed. */
export { defaultValue, type Members, membersOf, valueFrom } from './column.js';
export { lightColumns } from './columns.js';
export { Draft } from './draft.js';
export type { DraftRow } from './draft-rows.js';
export { Overtaken, type Read, ReadCache, type Source, Unread } from './reads.js';
export { type HeldColumns, ReplicaSource } from './replica-source.js';
export { Pending, ShadowedSource } from './shadowed-source.js';
