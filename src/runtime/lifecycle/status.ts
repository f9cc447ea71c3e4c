// Exit statuses as the supervisor tells them.

import { constants } from 'node:os';
import type { ExitStatus } from '../types.ts';

/** An exit status from its numbers. */
export function exitStatus(end: {
  readonly code: number;
  readonly signal: number;
  readonly oomKilled: boolean;
}): ExitStatus {
  return {
    code: end.code,
    ...(end.signal === 0 ? {} : { signal: signalName(end.signal) }),
    ...(end.oomKilled ? { oomKilled: true } : {}),
  };
}

function signalName(number: number): string {
  const known = Object.entries(constants.signals).find(([, value]) => value === number);
  return known?.[0] ?? `SIG${number}`;
}
