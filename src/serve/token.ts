import { createHash, timingSafeEqual } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { InvalidArgumentError, reasonOf } from '../base/errors.js';

/** The variable that holds the token, where no file does. */
export const TOKEN_VARIABLE = 'OVSKIT_SERVE_TOKEN';

/** Characters: shorter ones can be guessed. */
const SHORTEST = 16;

/** The secret that requests over TCP have to show. Compared in a time that tells nothing of it. */
export class Token {
  readonly #digest: Buffer;

  /** @throws {InvalidArgumentError} which never shows the token */
  constructor(text: string, where: string) {
    if (!/^[!-~]+$/.test(text) || text.length < SHORTEST) {
      throw new InvalidArgumentError(
        `the token of ${where} must have ${SHORTEST} printable characters or more, and no spaces`,
      );
    }
    this.#digest = digest(text);
  }

  /** Whether a header `Authorization` shows it. */
  admits(authorization: string | undefined): boolean {
    const given = /^Bearer +([!-~]+)$/i.exec(authorization ?? '')?.[1];
    return given !== undefined && timingSafeEqual(digest(given), this.#digest);
  }
}

/** Digests are of one length, whatever is compared. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * The token from a file, else from the environment, out of which it is taken lest a child inherit it.
 * @throws {InvalidArgumentError} when the file can't be read, or others than its owner can
 */
export function loadToken(file: string | undefined, env: NodeJS.ProcessEnv = process.env): Token | undefined {
  const variable = env[TOKEN_VARIABLE];
  delete env[TOKEN_VARIABLE];
  if (file !== undefined) return new Token(readSecret(file), file);
  return variable === undefined ? undefined : new Token(variable, TOKEN_VARIABLE);
}

function readSecret(file: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    throw new InvalidArgumentError(`cannot read the token of ${file}: ${reasonOf(error)}`, { cause: error });
  }
  try {
    const { mode } = fstatSync(descriptor);
    if ((mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0');
      throw new InvalidArgumentError(
        `token file ${file} has mode ${octal}: chmod 600, so that only its owner reads it`,
      );
    }
    return readFileSync(descriptor, 'utf8').trim();
  } finally {
    closeSync(descriptor);
  }
}
