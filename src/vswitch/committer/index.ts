/** Group commit: changes that wait for each other go as one transaction. */
export { type CommitMessage, Committer, type CommitterOptions } from './committer.js';
export type { Build, Committed } from './request.js';
