// The launcher's failures as errors for people.

import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { CaissonError } from '../../core/index.ts';
import type { StepFailure } from './connection.ts';

/** What the launcher means by these numbers in a failed `exec` (command.c). */
const NOT_ON_PATH = 126; // ENOKEY
const NO_INTERPRETER = 79; // ELIBACC

/** The error of a failed step: `COMMAND_NOT_FOUND`, `COMMAND_NOT_EXECUTABLE` or `RUNTIME_FAILED`. */
export function launchError(failure: StepFailure, args: readonly string[]): CaissonError {
  if (failure.name === 'exec') return commandError(failure, args[0] ?? '');
  if (failure.name === 'cwd')
    return new CaissonError(
      failure.errno === constants.errno.EACCES ? 'COMMAND_NOT_EXECUTABLE' : 'RUNTIME_FAILED',
      `Cannot enter the working directory '${failure.detail}': ${describe(failure.errno)}`,
    );
  if (failure.name === 'link')
    return new CaissonError(
      'NETWORK_UNAVAILABLE',
      `Cannot connect the container to the network: '${failure.detail}': ${describe(failure.errno)}`,
      { hint: 'Use --network host or --network none, or run as root with CAP_NET_ADMIN.' },
    );
  const at = failure.detail === '' ? '' : ` '${failure.detail}'`;
  return new CaissonError(
    'RUNTIME_FAILED',
    `The container could not start: step ${failure.index} '${failure.name}'${at} failed: ${describe(failure.errno)}`,
    hint(failure),
  );
}

function commandError({ errno, detail }: StepFailure, command: string): CaissonError {
  const { ENOENT, ENOTDIR, EACCES, EPERM } = constants.errno;
  if (errno === NOT_ON_PATH)
    return new CaissonError('COMMAND_NOT_FOUND', `exec: "${command}": executable file not found in $PATH`);
  if (errno === NO_INTERPRETER)
    return new CaissonError('COMMAND_NOT_FOUND', `exec ${detail}: no such file or directory`, {
      hint: 'The file is there, but the interpreter or loader that it names is not in the image.',
    });
  if (errno === ENOENT || errno === ENOTDIR)
    return new CaissonError('COMMAND_NOT_FOUND', `exec: "${command}": stat ${detail}: ${describe(errno)}`);
  const reason = errno === EACCES || errno === EPERM ? 'permission denied' : describe(errno);
  return new CaissonError('COMMAND_NOT_EXECUTABLE', `exec: "${command}": ${reason}`);
}

/** The C library's words for an errno. */
function describe(errno: number): string {
  const [name, text] = getSystemErrorMap().get(-errno) ?? [];
  if (errno === constants.errno.ENOEXEC) return 'exec format error';
  return text === undefined ? `errno ${errno}` : `${text} (${name})`;
}

function hint({ name, errno }: StepFailure): { readonly hint: string } | Record<string, never> {
  if (name === 'rlimit' && errno === constants.errno.EPERM)
    return {
      hint: 'Ask for a limit that is not above the hard limit of the process that starts the container.',
    };
  if (name === 'mount' && errno === constants.errno.ELOOP)
    return {
      hint: 'The image has a symbolic link there; a kernel file system is mounted on directories only.',
    };
  return {};
}
