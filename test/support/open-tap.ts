import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process that opens a tap, as a virtual machine does, and closes it when its input ends. */
export async function openTap(name: string, flags: number) {
  const program = `
import fcntl, struct, sys
tun = open('/dev/net/tun', 'r+b', buffering=0)
fcntl.ioctl(tun, 0x400454ca, struct.pack('16sH22x', b'${name}', ${flags}))
print('open', flush=True)
sys.stdin.read()`;
  const child = spawn('/usr/bin/python3', ['-c', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return {
    async close() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
