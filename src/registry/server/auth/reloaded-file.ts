// A configuration file that is read again when it changes, so that a server need not be restarted for it.

import { readFile, stat } from 'node:fs/promises';
import { CaissonError, isCaissonError, messageOf } from '../../../core/index.ts';

/** The current value of a file. */
export interface ReloadedFile<T> {
  current(): Promise<T>;
}

/** How a file is watched. */
export interface ReloadOptions {
  /** Told when a changed file could not be used; what was read before stays in force. */
  readonly onProblem?: (error: CaissonError) => void;
  /** Milliseconds between two looks at the file. */
  readonly interval?: number;
}

const largest = 16 * 1024 * 1024;

/** Reads `path` with `parse` now, and again after it changed. Throws `CONFIG_UNREADABLE` or what `parse` throws, the first time. */
export async function reloadedFile<T>(
  path: string,
  parse: (text: string, path: string) => T,
  { onProblem = () => undefined, interval = 500 }: ReloadOptions = {},
): Promise<ReloadedFile<T>> {
  let { value, version } = await load(path, parse);
  let looked = Date.now();
  let looking: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    try {
      const seen = await versionOf(path);
      if (seen === version) return;
      version = seen;
      ({ value, version } = await load(path, parse));
    } catch (error) {
      onProblem(isCaissonError(error) ? error : unreadable(path, error));
    }
  };
  return {
    async current() {
      if (Date.now() - looked >= interval) {
        looking ??= look().finally(() => {
          looked = Date.now();
          looking = undefined;
        });
      }
      await looking;
      return value;
    },
  };
}

/** The version is taken before the content, so that a change in between is seen the next time. */
async function load<T>(
  path: string,
  parse: (text: string, path: string) => T,
): Promise<{ readonly value: T; readonly version: string }> {
  try {
    const version = await versionOf(path);
    return { value: parse(await readFile(path, 'utf8'), path), version };
  } catch (error) {
    throw isCaissonError(error) ? error : unreadable(path, error);
  }
}

async function versionOf(path: string): Promise<string> {
  const { ino, size, mtimeMs, ctimeMs } = await stat(path);
  if (size > largest) throw new Error(`it has ${size} bytes, more than ${largest}`);
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

function unreadable(path: string, cause: unknown): CaissonError {
  return new CaissonError('CONFIG_UNREADABLE', `Cannot read "${path}": ${messageOf(cause)}`, { cause });
}
