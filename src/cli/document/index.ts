/** What is generated from the tables and helps of the commands, by the path that it is checked in under. */
import { bashCompletion as vsctlBash, zshCompletion as vsctlZsh } from '../vsctl/document/completion.js';
import { manualPage } from '../vsctl/document/manual.js';
import { bashCompletion, zshCompletion } from './completion.js';

export const documents: Readonly<Record<string, () => string>> = {
  'share/bash-completion/completions/ovs-vsctl': vsctlBash,
  'share/bash-completion/completions/ovskit': bashCompletion,
  'share/zsh/site-functions/_ovs-vsctl': vsctlZsh,
  'share/zsh/site-functions/_ovskit': zshCompletion,
  'share/man/man8/ovskit-vsctl.8': manualPage,
};
