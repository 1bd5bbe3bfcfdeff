/** Configuration files that hold while a plan runs, and are kept when it has succeeded. */
import { copyFile, lstat, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { replaceFile, syncDirectory } from '../../base/replace-file.js';
import type { StepKinds } from './kind.js';

/** Puts a file in place. The one before is kept beside it until a {@link CommitFilesStep}; the undoing brings it back. */
export interface ApplyFileStep {
  readonly kind: 'apply-file';
  readonly path: string;
  readonly text: string;
}

/** Gives up what {@link ApplyFileStep} kept. */
export interface CommitFilesStep {
  readonly kind: 'commit-files';
  readonly paths: readonly string[];
}

export type FileStep = ApplyFileStep | CommitFilesStep;

/** A hidden name: scripts that look for all files of a directory don't see it. */
function keptPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.old`);
}

export const fileKinds: StepKinds<FileStep> = {
  'apply-file': {
    describe: ({ path }) => `apply changes to ${path}`,
    // What puts text into a file is a shell's redirection, which is no command.
    explain: () => [],
    async perform({ path, text }) {
      const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (before === text) return undefined;
      const kept = keptPath(path);
      await rm(kept, { force: true });
      if (before === undefined) {
        await replaceFile(path, text);
        return async () => {
          await rm(path, { force: true });
          await syncDirectory(path);
        };
      }
      const { mode } = await lstat(path);
      await copyFile(path, kept);
      await replaceFile(path, text, mode & 0o777);
      return async () => {
        await rename(kept, path);
        await syncDirectory(path);
      };
    },
  },
  'commit-files': {
    describe: ({ paths }) => `commit changes to ${paths.join(', ')}`,
    explain: () => [],
    async perform({ paths }) {
      for (const path of paths) await rm(keptPath(path), { force: true });
      return undefined;
    },
  },
};
