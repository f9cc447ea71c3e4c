// The mode of `--chmod`: octal digits, or symbolic as chmod(1) takes it.

import type { Range } from '../../../grammar/index.ts';
import { ProblemError } from './problem.ts';

const symbolic = /^[ugoa]*([-+=][rwxXstugo]*)+$/;

/** Gives `mode` back when it is one (undefined stays); throws `ProblemError` at `range`. */
export function checkMode(mode: string | undefined, range: Range): string | undefined {
  if (mode === undefined || isOctal(mode) || mode.split(',').every((clause) => symbolic.test(clause)))
    return mode;
  throw new ProblemError({
    code: 'CHMOD_INVALID',
    message: `invalid chmod parameter: '${mode}'. it should be octal string and between 0 and 07777`,
    hint: 'Write it as 0644, or in symbols as u=rw,go=r.',
    range,
  });
}

function isOctal(mode: string): boolean {
  return /^[0-7]+$/.test(mode) && Number.parseInt(mode, 8) <= 0o7777;
}
