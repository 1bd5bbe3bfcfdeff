/**
 * The layers, bottom to top. A file imports from its own folder and from lower ranks; folders of one rank don't know
 * each other. `allow` narrows this to the folders named.
 */
export const layers: readonly Layer[] = [
  { rank: 0, folder: 'base' },
  { rank: 1, folder: 'jsonrpc' },
  { rank: 1, folder: 'netdev' },
  { rank: 2, folder: 'ovsdb' },
  { rank: 3, folder: 'codegen' },
  { rank: 3, folder: 'vswitch' },
  { rank: 3, folder: 'openflow', allow: ['base'] },
  { rank: 4, folder: 'plan' },
  { rank: 5, folder: 'vif' },
  { rank: 5, folder: 'reconfigure' },
  { rank: 5, folder: 'sandbox', allow: ['base', 'netdev'] },
  { rank: 6, folder: 'metrics' },
  { rank: 7, folder: 'serve' },
  { rank: 8, folder: 'cli' },
  // The package's entry point, src/index.ts.
  { rank: 8, folder: '' },
];

export interface Layer {
  rank: number;
  folder: string;
  allow?: readonly string[];
}
