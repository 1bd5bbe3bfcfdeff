import { runDirectory } from '../../base/directories.js';

/** What the server's place on the command line says. */
export interface Remotes {
  readonly names: readonly string[];
  /** The cluster that the servers must belong to. */
  readonly cluster: string | undefined;
}

/** Whether a word is a remote: `ovsdb-client` tells it from a database's name by the colon. */
export function isRemote(word: string): boolean {
  return /^[A-Za-z]/.test(word) && word.includes(':');
}

/** `METHOD,METHOD,...` of ovsdb(7), with `cid:UUID` among them. */
export function parseRemotes(word: string): Remotes {
  const parts = word.split(',').filter((part) => part !== '');
  const cluster = parts.find((part) => part.startsWith('cid:'))?.slice('cid:'.length);
  return { names: parts.filter((part) => !part.startsWith('cid:')), cluster };
}

export function defaultRemotes(): Remotes {
  return { names: [`unix:${runDirectory()}/db.sock`], cluster: undefined };
}

export function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
