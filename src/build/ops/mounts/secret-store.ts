// The secrets given to a build: files and variables of this machine, read when a step needs them.

import { readFileSync, statSync } from 'node:fs';
import { CaissonError, messageOf } from '../../../core/index.ts';
import type { SecretStore } from './types.ts';

/** Where a secret comes from; with neither, a variable of its id's name, or else a file. */
export interface SecretSource {
  readonly id: string;
  readonly file?: string;
  readonly env?: string;
}

/** BuildKit's limit. */
const largest = 500 * 1024;

/** Checks that what the secrets come from is there. Throws `SECRET_UNREADABLE`. */
export function createSecretStore(sources: readonly SecretSource[]): SecretStore {
  const known = new Map(sources.map((source) => [source.id, completed(source)]));
  for (const source of known.values()) if (source.file !== undefined) checkFile(source.id, source.file);
  return {
    read(id) {
      const source = known.get(id);
      if (source?.env !== undefined) return Buffer.from(process.env[source.env] ?? '');
      return source?.file === undefined ? undefined : readSecret(id, source.file);
    },
  };
}

function completed(source: SecretSource): SecretSource {
  if (source.id === '')
    throw new CaissonError('SECRET_INVALID', 'secret missing ID', { hint: 'Write id=NAME.' });
  if (source.env !== undefined || source.file !== undefined) return source;
  const { id } = source;
  return process.env[id] === undefined ? { id, file: id } : { id, env: id };
}

function checkFile(id: string, file: string): void {
  try {
    if (statSync(file).size <= largest) return;
  } catch (cause) {
    throw unreadable(`failed to stat ${file}`, cause);
  }
  throw new CaissonError('SECRET_UNREADABLE', `secret ${id} too big. max size 500KB`, {
    hint: 'Give large files with a named context or a bind mount.',
  });
}

function readSecret(id: string, file: string): Buffer {
  try {
    const value = readFileSync(file);
    if (value.length <= largest) return value;
  } catch (cause) {
    throw unreadable(`cannot read the secret ${id}`, cause);
  }
  throw unreadable(`secret ${id} too big. max size 500KB`);
}

function unreadable(message: string, cause?: unknown): CaissonError {
  const reason = cause === undefined ? '' : `: ${messageOf(cause)}`;
  return new CaissonError('SECRET_UNREADABLE', `${message}${reason}`, {
    hint: 'Check the path after src= in --secret.',
  });
}
