// Changing a credential file: one at a time, all at once, for its owner's eyes only, with all in it that is not ours.

import {
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CaissonError, errnoOf, flock, messageOf } from '../../../core/index.ts';
import { isObject, readObject } from './config.ts';

/** Changes the entries of a credential file; nothing is written where `change` gives undefined. Throws `CREDENTIALS_NOT_STORED`, `CREDENTIALS_INVALID`. */
export async function changeEntries(
  path: string,
  change: (auths: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> | undefined,
): Promise<void> {
  try {
    checkKind(path);
    const file = linkTarget(resolve(path));
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    using _lock = await lockFolder(dirname(file));
    const { auths, ...others } = readObject(file) ?? {};
    const changed = change(isObject(auths) ? auths : {});
    if (changed) replace(file, `${JSON.stringify({ auths: changed, ...others }, undefined, '\t')}\n`);
  } catch (error) {
    if (error instanceof CaissonError) throw error;
    throw new CaissonError(
      'CREDENTIALS_NOT_STORED',
      `The credential file "${path}" cannot be written: ${messageOf(error)}`,
      { hint: 'DOCKER_CONFIG or REGISTRY_AUTH_FILE name another place.', cause: error },
    );
  }
}

/** In place of a pipe or a device, of `/dev/null` above all, no file is put. */
function checkKind(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats && !stats.isFile()) throw new Error('it is not a regular file');
}

/** The file that a link stands for stays where it is, and the link stays a link. */
function linkTarget(path: string): string {
  for (let file = path, count = 0; count < 40; count++) {
    const target = linkAt(file);
    if (target === undefined) return file;
    file = resolve(dirname(file), target);
  }
  throw new Error('too many symbolic links');
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (errnoOf(error) === 'EINVAL' || errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR')
      return undefined;
    throw error;
  }
}

/** The folder itself is locked, so that no lock file is left in it. */
async function lockFolder(folder: string): Promise<Disposable> {
  const fd = openSync(folder, 'r');
  const deadline = Date.now() + 30_000;
  while (!flock(fd, 'exclusive', false)) {
    if (Date.now() > deadline) {
      closeSync(fd);
      throw new Error('another program has it locked for 30 seconds');
    }
    await delay(5);
  }
  return { [Symbol.dispose]: () => closeSync(fd) };
}

/** The name of the new file is fixed: under the lock it is nobody else's, and one that was left is written over. */
function replace(file: string, text: string): void {
  const fresh = join(dirname(file), `.${basename(file)}.caisson`);
  rmSync(fresh, { force: true });
  const fd = openSync(fresh, 'wx', 0o600);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
    keepOwner(file, fresh);
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}

function keepOwner(file: string, fresh: string): void {
  const before = statSync(file, { throwIfNoEntry: false });
  if (before && process.getuid?.() === 0) chownSync(fresh, before.uid, before.gid);
}
