// Opens a folder of this machine as a build context.

import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { CaissonError, errnoOf, messageOf } from '../../core/index.ts';
import { compileIgnore } from './ignore.ts';
import { readIgnoreFile } from './ignore-file.ts';
import type { ContextTree } from './types.ts';

/** Opens `folder`; the ignore file that belongs to `dockerfile` (its path on this machine) or to the folder counts. Throws `CONTEXT_INVALID`, `IGNORE_PATTERN_INVALID`. */
export function openContext(folder: string, dockerfile?: string): ContextTree {
  const root = realFolder(folder);
  const { patterns = [] } = readIgnoreFile(root, dockerfile) ?? {};
  return { kind: 'context', root, ignore: compileIgnore(patterns), patterns };
}

function realFolder(folder: string): string {
  try {
    const root = realpathSync(folder);
    if (!statSync(root).isDirectory())
      throw invalid(folder, `unable to prepare context: path "${folder}" is not a directory`);
    accessSync(root, constants.R_OK | constants.X_OK);
    return root;
  } catch (error) {
    if (error instanceof CaissonError) throw error;
    throw invalid(folder, reasonFor(folder, error), error);
  }
}

function reasonFor(folder: string, error: unknown): string {
  const code = errnoOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return `unable to prepare context: path "${folder}" not found`;
  if (code === 'EACCES')
    return `unable to prepare context: path "${folder}" cannot be read: permission denied`;
  return `unable to prepare context: path "${folder}": ${messageOf(error)}`;
}

function invalid(folder: string, message: string, cause?: unknown): CaissonError {
  const hint = `Give a folder you can read instead of "${folder}".`;
  return new CaissonError('CONTEXT_INVALID', message, { hint, ...(cause === undefined ? {} : { cause }) });
}
