// Resource limits as --ulimit writes them.

import { CaissonError, closest } from '../../core/index.ts';
import type { RuntimeRlimit } from '../../oci/index.ts';

const names = [
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
] as const;

/** Reads `nofile=1024:2048` or `core=0`; -1 is no limit (`Infinity`). Throws `ULIMIT_INVALID`. */
export function parseUlimit(text: string): RuntimeRlimit {
  const [, name = '', softText = '', hardText = softText] =
    /^(\w+)=(-1|\d{1,15})(?::(-1|\d{1,15}))?$/.exec(text) ?? [];
  if (!name) throw invalid(text, "it is not of the form 'name=soft[:hard]'");
  if (!(names as readonly string[]).includes(name)) throw unknownName(text, name);
  const [soft, hard] = [limit(softText), limit(hardText)];
  if (soft > hard) throw invalid(text, `the soft limit ${softText} is above the hard limit ${hardText}`);
  return { type: `RLIMIT_${name.toUpperCase()}`, soft, hard };
}

function limit(text: string): number {
  return text === '-1' ? Number.POSITIVE_INFINITY : Number(text);
}

function unknownName(text: string, name: string): CaissonError {
  const near = closest(name, names);
  return invalid(text, `there is no limit '${name}'`, near && `Did you mean '${near}'?`);
}

function invalid(text: string, reason: string, hint?: string): CaissonError {
  return new CaissonError('ULIMIT_INVALID', `The ulimit '${text}' cannot be used: ${reason}`, {
    hint: hint ?? `Write for example 'nofile=1024:2048'; the names are ${names.join(', ')}.`,
  });
}
