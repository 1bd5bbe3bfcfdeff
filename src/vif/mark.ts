/** The mark on a tap that a Plugger makes: should its port not come, or go first, the tap can be told from others'. */

const FORM = /^ovskit-owner=(.+) bridge=(.+)$/;
/** The kernel's bound, in bytes. */
const LONGEST = 255;

/** The alias of a device; none where the kernel has no room for it. */
export function markOf(owner: string | undefined, bridge: string): string | undefined {
  const mark = `ovskit-owner=${owner} bridge=${bridge}`;
  return owner === undefined || Buffer.byteLength(mark) > LONGEST ? undefined : mark;
}

export function readMark(alias: string | null): { owner: string; bridge: string } | undefined {
  const [, owner, bridge] = FORM.exec(alias ?? '') ?? [];
  return owner === undefined || bridge === undefined ? undefined : { owner, bridge };
}
