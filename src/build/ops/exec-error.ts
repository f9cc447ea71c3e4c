// What a build says when a step's process fails, in BuildKit's words.

import { CaissonError, type ErrorDetails, isCaissonError, messageOf } from '../../core/index.ts';
import type { ExitStatus } from '../../runtime/index.ts';
import { fullDiskHint } from '../../store/index.ts';
import type { ExecVertex } from '../types.ts';

/** The failure of a process that ended with a status other than 0; `tail` is the end of its output. */
export function processFailed(
  vertex: ExecVertex,
  status: ExitStatus,
  tail: string,
  storeRoot: string,
): CaissonError {
  const message = `process ${goQuote(vertex.args.join(' '))} did not complete successfully: exit code: ${status.code}`;
  return new CaissonError('STEP_FAILED', message, {
    ...place(vertex),
    ...excerpt(vertex, tail),
    ...hintOf(status, tail, storeRoot),
  });
}

/** The failure of a process that never ran: its program is missing, or the runtime failed. Other errors pass as they are. */
export function processNotStarted(vertex: ExecVertex, error: unknown, tail: string): unknown {
  if (!isCaissonError(error)) return error;
  const details = {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...place(vertex),
    ...excerpt(vertex, tail),
  };
  const code = error.code.startsWith('COMMAND_') ? 'STEP_FAILED' : error.code;
  return new CaissonError(
    code,
    `process ${goQuote(vertex.args.join(' '))} did not start: ${messageOf(error)}`,
    details,
  );
}

function hintOf(status: ExitStatus, tail: string, storeRoot: string): ErrorDetails {
  if (status.oomKilled) return { hint: 'The step ran out of memory: the kernel killed it.' };
  const hint = fullDiskHint(storeRoot, tail);
  return hint === undefined ? {} : { hint };
}

function place(vertex: ExecVertex): ErrorDetails {
  return vertex.location === undefined ? {} : { location: vertex.location };
}

function excerpt(vertex: ExecVertex, tail: string): ErrorDetails {
  return tail === '' ? {} : { excerpt: ` > ${vertex.name}:\n${tail}` };
}

const named: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\x07': '\\a',
};

/** Go's `%q`. */
function goQuote(text: string): string {
  const escaped = text.replace(/["\\\u0000-\u001f\u007f]/g, (character) => {
    return named[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}
