// A Dockerfile and a context folder on this machine; what is wrong with either is said in Docker's words.

import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { CaissonError, errnoOf } from '../../core/index.ts';

/** Where a build's inputs are; paths are absolute, the context's is real. */
export interface BuildInputs {
  readonly context: string;
  readonly dockerfile: string;
  /** The Dockerfile as messages name it: relative to the context where it lies inside, else as it was given. */
  readonly name: string;
  readonly text: string;
}

/** Larger Dockerfiles are refused, as BuildKit refuses them. */
export const largestDockerfile = 16 << 20;

/** Finds and reads a build's inputs. Throws `CONTEXT_NOT_FOUND`, `CONTEXT_UNREADABLE`, `DOCKERFILE_NOT_FOUND`, `DOCKERFILE_UNREADABLE`. */
export function readInputs(context: string, dockerfile: string | undefined): BuildInputs {
  const folder = openContextFolder(context);
  const file = dockerfile === undefined ? defaultDockerfile(folder) : resolve(dockerfile);
  const inside = relative(folder, file);
  const name = inside.startsWith('../') ? (dockerfile ?? file) : inside;
  const text = readDockerfile(file, name, dockerfile === undefined);
  return { context: folder, dockerfile: file, name, text };
}

function openContextFolder(context: string): string {
  const found = statSync(context, { throwIfNoEntry: false });
  if (found === undefined) throw contextNotFound(context);
  if (!found.isDirectory()) throw contextIsFile(context);
  return realpathSync(context);
}

/** The error for a context that is nowhere. */
export function contextNotFound(context: string): CaissonError {
  return new CaissonError('CONTEXT_NOT_FOUND', `unable to prepare context: path "${context}" not found`, {
    hint: 'Give the folder that holds the files to build from, as in `caisson build .`.',
  });
}

/** The error for a context that is a file, probably a Dockerfile. */
export function contextIsFile(context: string): CaissonError {
  return new CaissonError('CONTEXT_UNREADABLE', `The context "${context}" is not a folder`, {
    hint: `To build with this Dockerfile give its folder: caisson build -f ${context} ${dirname(context)}`,
  });
}

/** As Docker does, a lower-case `dockerfile` is taken where there is no `Dockerfile`. */
function defaultDockerfile(folder: string): string {
  const [usual, lower] = [join(folder, 'Dockerfile'), join(folder, 'dockerfile')];
  return !existsSync(usual) && existsSync(lower) ? lower : usual;
}

function readDockerfile(file: string, name: string, byDefault: boolean): string {
  try {
    if (statSync(file).size > largestDockerfile) throw dockerfileTooLarge(name);
    return new TextDecoder().decode(readFileSync(file));
  } catch (error) {
    throw unreadable(error, name, byDefault);
  }
}

/** The error for one that is larger. */
export function dockerfileTooLarge(name: string): CaissonError {
  return new CaissonError('DOCKERFILE_TOO_LARGE', `The Dockerfile "${name}" has more than 16 MiB`, {
    hint: 'Check that it is a Dockerfile.',
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  EACCES: 'permission denied',
  ELOOP: 'too many levels of symbolic links',
};

function unreadable(cause: unknown, name: string, byDefault: boolean): unknown {
  const errno = errnoOf(cause) ?? '';
  const reason = reasons[errno];
  if (reason === undefined) return cause;
  const code = errno === 'ENOENT' ? 'DOCKERFILE_NOT_FOUND' : 'DOCKERFILE_UNREADABLE';
  const hint = byDefault
    ? 'Name the Dockerfile with --file, or give another context.'
    : 'Check the path given with --file; it is relative to the current folder.';
  return new CaissonError(code, `failed to read dockerfile: open ${name}: ${reason}`, { cause, hint });
}
