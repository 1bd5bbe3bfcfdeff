/** Configuration files that hold while a plan runs, and are kept when it has succeeded. */
import { copyFile, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileOf, replaceFile, syncDirectory, unlessMissing } from '../../base/replace-file.js';
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
      const file = await fileOf(path);
      const before = await readFile(file).catch(unlessMissing);
      if (before?.equals(Buffer.from(text))) return undefined;
      const kept = keptPath(file);
      await rm(kept, { force: true });
      if (before === undefined) {
        await replaceFile(file, text);
        return async () => {
          await rm(file, { force: true });
          await syncDirectory(file);
        };
      }
      const mode = (await stat(file)).mode & 0o7777;
      await copyFile(file, kept);
      await replaceFile(file, text);
      return async () => {
        // Not from what was kept beside it, which a commit may have given up by now.
        await replaceFile(file, before, mode);
        await rm(kept, { force: true });
      };
    },
  },
  'commit-files': {
    describe: ({ paths }) => `commit changes to ${paths.join(', ')}`,
    explain: () => [],
    async perform({ paths }) {
      for (const path of paths) await rm(keptPath(await fileOf(path)), { force: true });
      return undefined;
    },
  },
};
