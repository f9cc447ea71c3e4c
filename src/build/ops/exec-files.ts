// Heredoc files of a process: shown to it under /dev/pipes, which lies on no layer.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import type { RuntimeMount } from '../../oci/index.ts';
import type { InlineFile } from '../types.ts';

/** BuildKit's folder for them. */
const shownIn = '/dev/pipes/';

/** Writes the files below `folder` for as long as `work` runs; it gets the mounts that show them. */
export async function withInlineFiles<T>(
  folder: string,
  files: readonly InlineFile[],
  work: (mounts: readonly RuntimeMount[]) => Promise<T>,
): Promise<T> {
  if (files.length === 0) return work([]);
  mkdirSync(folder, { mode: 0o700 });
  try {
    return await work(files.map((file, index) => place(join(folder, String(index)), file)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The name on the host is a number: the one in the Dockerfile may hold anything. */
function place(source: string, file: InlineFile): RuntimeMount {
  const destination = posix.join(shownIn, file.name);
  if (!destination.startsWith(shownIn) || destination === shownIn)
    throw new CaissonError('HEREDOC_NAME_INVALID', `The heredoc name "${file.name}" is no file name`, {
      hint: 'Use letters, digits and underscores, as in <<EOF.',
    });
  writeFileSync(source, file.content, { mode: 0o755 });
  return { destination, type: 'bind', source, options: ['rbind', 'ro', 'rprivate'] };
}
