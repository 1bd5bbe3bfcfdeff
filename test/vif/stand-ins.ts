import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const TOOLS = ['ivs-ctl', 'mm-ctl', 'ifc_ctl', 'vrouter-port-control', 'ebrctl', 'fp-vdev'];

/** A stand-in for a vendor's tool: writes down its arguments, makes the device of fp-vdev, and fails where it is told to. */
const script = (directory: string, tool: string) => `#!/bin/sh
# A stand-in for ${tool} that records how it was called; no vendor's code.
printf '%s' '${tool}' >> '${directory}/log'
for word; do printf ' [%s]' "$word" >> '${directory}/log'; done
echo >> '${directory}/log'
[ -e '${directory}/fail-${tool}' ] && { echo 'out of order' >&2; exit 3; }
[ "${tool} $1" = 'fp-vdev add' ] && ip tuntap add dev "$2" mode tap
[ "${tool} $1" = 'fp-vdev del' ] && ip link delete dev "$2"
exit 0
`;

/**
 * Puts stand-ins for the vendors' tools on PATH.
 *
 * @returns `directory`, where `log` is what they were called with, and `fail-TOOL` makes one fail
 */
export function startStandIns(): { directory: string } & Disposable {
  const directory = mkdtempSync(join(tmpdir(), 'ovskit-tools-'));
  for (const tool of TOOLS) {
    writeFileSync(join(directory, tool), script(directory, tool));
    chmodSync(join(directory, tool), 0o755);
  }
  const path = process.env.PATH;
  process.env.PATH = `${directory}${delimiter}${path}`;
  return {
    directory,
    [Symbol.dispose]() {
      process.env.PATH = path;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
