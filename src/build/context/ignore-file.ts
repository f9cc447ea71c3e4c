// Finds and reads the ignore file of a build: `<Dockerfile>.dockerignore`, else `.dockerignore` in the context.

import { readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { CaissonError, errnoOf, messageOf } from '../../core/index.ts';

/** Larger ignore files are refused. */
const largest = 8 << 20;

/** The patterns of the ignore file that counts, and its path; undefined when there is none. Throws `IGNORE_FILE_UNREADABLE`. */
export function readIgnoreFile(
  context: string,
  dockerfile?: string,
): { readonly file: string; readonly patterns: readonly string[] } | undefined {
  const candidates = [
    ...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]),
    join(context, '.dockerignore'),
  ];
  for (const file of candidates) {
    const text = readText(file);
    if (text !== undefined) return { file, patterns: parseIgnoreFile(text) };
  }
  return undefined;
}

/** The patterns of an ignore file's text, cleaned as moby/patternmatcher cleans them. */
export function parseIgnoreFile(text: string): readonly string[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  return lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(cleanLine);
}

function cleanLine(line: string): string {
  const exception = line.startsWith('!');
  const pattern = exception ? line.slice(1).trim() : line;
  const cleaned =
    pattern === ''
      ? ''
      : posix
          .normalize(pattern)
          .replace(/(.)\/$/, '$1')
          .replace(/^\/(?=.)/, '');
  return exception ? `!${cleaned}` : cleaned;
}

function readText(file: string): string | undefined {
  try {
    if (statSync(file).size > largest) throw new Error(`it is larger than ${largest} bytes`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw new CaissonError(
      'IGNORE_FILE_UNREADABLE',
      `Cannot read the ignore file "${file}": ${messageOf(error)}`,
      {
        hint: 'Make it a readable text file, or remove it.',
        cause: error,
      },
    );
  }
}
