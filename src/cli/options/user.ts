import { readFileSync } from 'node:fs';
import { Fatal } from '../fatal.js';

/** What the types of Node leave out of `process`. */
type Groups = typeof process & { initgroups(user: string, extraGroup: number): void };

interface Group {
  gid: number;
  members: readonly string[];
}

/**
 * Becomes another user for good (`--user=USER[:GROUP]`), without any capability.
 *
 * @throws {Fatal} as lib/daemon-unix.c does; it names the pidfile first, which is not set yet.
 */
export function becomeUser(option: string): void {
  const fail = (text: string) => {
    throw new Fatal(`(null): ${text}`);
  };
  if (process.geteuid?.() !== 0) fail('only root can use --user option');
  const [, userName = '', colon, groupName = ''] = /^([^:]*)(:?)(.*)$/s.exec(option) ?? [];
  let uid = process.getuid?.() ?? 0;
  let gid = process.getgid?.() ?? 0;
  if (userName !== '') {
    const fields = lookUp('/etc/passwd', userName);
    if (!fields) fail(`user ${userName} not found, aborting.`);
    else [, , uid, gid] = fields.map(Number) as [number, number, number, number];
  }
  if (colon && groupName !== '') {
    const group = findGroup(groupName);
    if (!group) fail(`group ${groupName} not found, aborting.`);
    else if (userName !== '' && gid !== group.gid && !group.members.includes(userName)) {
      fail(`Invalid --user option ${option} (user ${userName} is not in group ${groupName}), aborting.`);
    } else gid = group.gid;
  }
  if (userName !== '') (process as Groups).initgroups(userName, gid);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

function findGroup(name: string): Group | undefined {
  const fields = lookUp('/etc/group', name);
  return fields && { gid: Number(fields[2]), members: (fields[3] ?? '').split(',') };
}

/** The fields of a line of passwd(5) or group(5). */
function lookUp(file: string, name: string): string[] | undefined {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.find((line) => line.startsWith(`${name}:`))?.split(':');
}
