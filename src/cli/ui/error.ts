// Failures as people read them: what happened, where, and what to do; a stack only for our own defects.

import { CaissonError } from '../../core/index.ts';
import { interruptedCode } from '../ending.ts';
import { palette } from './style.ts';
import { safeLines } from './text.ts';

/** Exit codes other than 1, by error code; 125 to 127 are Docker's for `run`. */
const exitCodes: Readonly<Record<string, number>> = {
  COMMAND_NOT_FOUND: 127,
  COMMAND_NOT_EXECUTABLE: 126,
  INTERRUPTED: interruptedCode,
  NO_TERMINAL: 1,
  MOUNT_INVALID: 125,
};

/** Prints `error` and returns the exit code it asks for; `fallback` where the error names none. */
export function printError(error: unknown, stream: NodeJS.WriteStream, fallback = 1): number {
  stream.write(renderError(error, palette(stream)));
  const code = error instanceof CaissonError ? error.code : undefined;
  return (code === undefined ? undefined : exitCodes[code]) ?? fallback;
}

/** The text of an error, with a line for its place, excerpt and hint. */
export function renderError(error: unknown, paint: ReturnType<typeof palette>): string {
  if (!(error instanceof CaissonError))
    return `${paint.red('caisson: internal error:')} ${safeLines(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`;
  const { message, location, excerpt, hint } = error;
  const place =
    location && !message.startsWith(location.file)
      ? `${location.file}:${location.line}:${location.column}: `
      : '';
  return [
    `${paint.red('error:')} ${safeLines(place + message)}`,
    ...(excerpt ? [safeLines(excerpt.replace(/\n+$/, ''))] : []),
    ...(hint ? [`${paint.cyan('hint:')} ${safeLines(hint)}`] : []),
    '',
  ].join('\n');
}
