import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Dpdk {
  /** ovs-vswitchd with DPDK. */
  readonly program: string;
  readonly libraries: string;
  readonly plugins: string;
}

const tool = await import(new URL('../../../tools/dpdk.mjs', import.meta.url).href);

/** What `npm run test:dpdk` has fetched, if it has. */
export const dpdk: Dpdk | undefined = tool.dpdk();

/** Without huge pages, cards or rights beyond root's; a thread that polls sleeps while there is nothing. */
export function withDpdk({ plugins }: Dpdk): string[] {
  const extra = `--no-huge --legacy-mem --no-pci --no-telemetry -m 256 -d ${plugins}`;
  const columns = ['dpdk-init=true', `dpdk-extra="${extra}"`, 'per-port-memory=true', 'pmd-maxsleep=500'];
  return ['set', 'Open_vSwitch', '.', ...columns.map((column) => `other_config:${column}`)];
}

/** Makes the sandboxes of this process, and of those it starts, run this ovs-vswitchd. */
export function useDpdk({ program, libraries }: Dpdk): Disposable {
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-dpdk-'));
  const script = join(directory, 'ovs-vswitchd');
  writeFileSync(
    script,
    `#!/bin/sh\nexport LD_LIBRARY_PATH='${libraries}' RUNTIME_DIRECTORY="$OVS_RUNDIR"\nexec '${program}' "$@"\n`,
  );
  chmodSync(script, 0o755);
  const path = process.env.PATH;
  process.env.PATH = `${directory}${delimiter}${path}`;
  return {
    [Symbol.dispose]() {
      process.env.PATH = path;
      rmSync(directory, { recursive: true });
    },
  };
}
