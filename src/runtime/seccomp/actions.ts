// Seccomp actions as the value that the filter returns to the kernel (linux/seccomp.h).

import { CaissonError } from '../../core/index.ts';

const EPERM = 1;
const plain: Readonly<Record<string, number>> = {
  SCMP_ACT_KILL: 0x00000000,
  SCMP_ACT_KILL_THREAD: 0x00000000,
  SCMP_ACT_KILL_PROCESS: 0x80000000,
  SCMP_ACT_TRAP: 0x00030000,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_ALLOW: 0x7fff0000,
};
const withData: Readonly<Record<string, number>> = {
  SCMP_ACT_ERRNO: 0x00050000,
  SCMP_ACT_TRACE: 0x7ff00000,
};

/** Returned for a call of an architecture that the profile does not name. */
export const KILL_PROCESS = 0x80000000;
/** Returned for system calls that are newer than the profile. */
export const ERRNO_ENOSYS = 0x00050000 | 38;

/** The return value of `action`; `data` is the errno of ERRNO and the message of TRACE, EPERM by default. Throws `SECCOMP_PROFILE_INVALID`. */
export function returnValue(action: string, data: number | undefined): number {
  const value = plain[action];
  if (value !== undefined) return value;
  const base = withData[action];
  if (base !== undefined) return base | ((data ?? EPERM) & 0xffff);
  throw new CaissonError('SECCOMP_PROFILE_INVALID', `The seccomp action '${action}' is not supported`, {
    hint: `Supported actions are ${[...Object.keys(plain), ...Object.keys(withData)].join(', ')}.`,
  });
}

/** Whether the action lets the call happen. */
export function isPermissive(action: string): boolean {
  return action === 'SCMP_ACT_ALLOW' || action === 'SCMP_ACT_LOG';
}
