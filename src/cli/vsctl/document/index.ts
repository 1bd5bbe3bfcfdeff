/** What is generated from the table of commands, by the path that it is checked in under. */
import { bashCompletion, zshCompletion } from './completion.js';
import { manualPage } from './manual.js';

export const documents: Readonly<Record<string, () => string>> = {
  'share/bash-completion/completions/ovs-vsctl': bashCompletion,
  'share/zsh/site-functions/_ovs-vsctl': zshCompletion,
  'share/man/man8/ovskit-vsctl.8': manualPage,
};
