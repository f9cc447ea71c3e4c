// Sessions: which process made something, and whether that process still lives.

import { readFileSync, readlinkSync } from 'node:fs';
import { randomBytes } from '../core/index.ts';

/** Names one opening of the store: `<pid>-<start time>-<pid namespace>-<boot>-<random>`, safe in file names. */
export type SessionId = string;

/** Starts a session of this process. */
export function newSession(): SessionId {
  const { pid } = process;
  return [pid, startTime(pid) ?? 0, pidNamespace(), bootId(), randomBytes(3).toString('hex')].join('-');
}

/** A name under `session`, for files that go when it dies. */
export function sessionName(session: SessionId): string {
  return `${session}.${randomBytes(6).toString('hex')}`;
}

/** The session a file named by {@link sessionName} belongs to. */
export function sessionOf(name: string): SessionId {
  return name.split('.', 1)[0] ?? '';
}

/**
 * Whether the process of `session` lives: pid and start time both match, since pids are given out again.
 * One in another pid namespace of the same boot cannot be seen from here and counts as alive.
 */
export function isAlive(session: SessionId): boolean {
  const [pid, start, namespace, boot] = session.split('-');
  if (boot !== bootId()) return false;
  if (namespace !== pidNamespace()) return true;
  return startTime(Number(pid)) === start;
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and parentheses. A zombie is dead. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function pidNamespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
}

let boot: string | undefined;

function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
  return boot;
}
