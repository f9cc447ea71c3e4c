// Exit statuses: as the supervisor tells them, and as it leaves them in exit.json.

import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { CaissonError, errnoOf } from '../../core/index.ts';
import type { ExitStatus } from '../types.ts';

/** An exit status from its numbers. */
export function statusOf(end: {
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

/** What `exit.json` in a container's folder says; undefined where there is none. */
export function readExitStatus(
  directory: string,
): (ExitStatus & { readonly finishedAt: number }) | undefined {
  const path = join(directory, 'exit.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const value: unknown = JSON.parse(text);
  if (!isExitRecord(value))
    throw new CaissonError('RUNTIME_FAILED', `The file '${path}' holds no exit status`);
  const { code, signal, oomKilled, finishedAt } = value;
  return { code, finishedAt, ...(signal ? { signal } : {}), ...(oomKilled ? { oomKilled } : {}) };
}

/** The number of a signal given as `SIGTERM`, `TERM` or a number; throws `SIGNAL_UNKNOWN`. */
export function signalNumber(signal: string | number): number {
  const text = String(signal).toUpperCase();
  const known: Readonly<Record<string, number>> = constants.signals;
  const number = /^\d+$/.test(text) ? Number(text) : (known[text] ?? known[`SIG${text}`]);
  if (number !== undefined && number >= 1 && number <= 64) return number;
  const realtime = /^(?:SIG)?RTM(IN|AX)(?:([+-])(\d{1,2}))?$/.exec(text);
  if (realtime) return realtimeSignal(realtime);
  throw new CaissonError('SIGNAL_UNKNOWN', `There is no signal '${signal}'`, {
    hint: 'Use a name such as SIGTERM or KILL, or a number from 1 to 64.',
  });
}

function realtimeSignal([, end, sign = '+', offset = '0']: RegExpExecArray): number {
  return (end === 'IN' ? 34 : 64) + (sign === '-' ? -1 : 1) * Number(offset);
}

interface ExitRecord {
  readonly code: number;
  readonly signal?: string;
  readonly oomKilled?: boolean;
  readonly finishedAt: number;
}

function isExitRecord(value: unknown): value is ExitRecord {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'code' in value &&
    typeof value.code === 'number' &&
    'finishedAt' in value &&
    typeof value.finishedAt === 'number'
  );
}

function signalName(number: number): string {
  const known = Object.entries(constants.signals).find(([, value]) => value === number);
  return known?.[0] ?? String(number);
}
