// CopyIgnoredFile: a source that the ignore file keeps out of the context.

import { posix } from 'node:path';
import { expandWord, quote } from '../../../../../grammar/index.ts';
import type { FileModel, IgnoreFile, Step } from '../../model.ts';
import { buildkitRule } from '../../rule.ts';
import { writtenSources } from '../../words.ts';

/** `COPY dist .` where `.dockerignore` says `dist`. */
export const copyIgnoredFile = buildkitRule(
  {
    name: 'CopyIgnoredFile',
    description: 'Attempting to Copy file that is excluded by .dockerignore',
    page: 'copy-ignored-file',
  },
  {
    over: 'step',
    *check(step, file) {
      const { ignore } = file.input;
      if (ignore === undefined) return;
      for (const [order, source] of localSources(step, file).entries()) {
        if (!isIgnored(source, ignore)) continue;
        const verb = step.instruction.kind === 'add' ? 'Add' : 'Copy';
        const message = `Attempting to ${verb} file ${quote(source)} that is excluded by .dockerignore`;
        yield { message, lines: step.lines, order };
      }
    },
  },
);

/** The sources that are paths in the context, cleaned. */
function localSources({ instruction, environment }: Step, { ast }: FileModel): readonly string[] {
  if (instruction.kind !== 'copy' && instruction.kind !== 'add') return [];
  if (instruction.kind === 'copy' && instruction.from?.value) return [];
  return writtenSources(instruction).flatMap(({ text }) => {
    try {
      const path = expandWord(text, environment, { escape: ast.escape }).text;
      return isRemote(path) ? [] : [posix.normalize(path).replace(/(.)\/$/, '$1')];
    } catch {
      return [];
    }
  });
}

function isRemote(source: string): boolean {
  return /^(?:https?|git|ssh):\/\/|^git@|^[\w.-]+@[\w.-]+:/.test(source);
}

function isIgnored(source: string, { patterns, matcher }: IgnoreFile): boolean {
  const isRoot = source === '.' || source === '/';
  if (isRoot && !patterns.some((pattern) => everything.has(pattern))) return false;
  if (mayReturn(source, patterns)) return false;
  let state = matcher.root;
  for (const name of source.split('/').filter(Boolean)) state = matcher.enter(state, asBytes(name));
  return isRoot || state.ignored;
}

const everything = new Set(['*', '**', '**/*']);

/** Whether an exception could take something at or below `source` back in. */
function mayReturn(source: string, patterns: readonly string[]): boolean {
  const path = source === '.' ? '' : source.replace(/^\//, '');
  return patterns.some((pattern) => {
    if (!pattern.startsWith('!')) return false;
    const parts = pattern.slice(1).split('/');
    const wildcard = parts.findIndex((part) => /[*?[]/.test(part));
    const prefix = parts.slice(0, wildcard < 0 ? undefined : wildcard).join('/');
    return isAtOrBelow(prefix, path) || (wildcard >= 0 && isAtOrBelow(path, prefix));
  });
}

function isAtOrBelow(path: string, base: string): boolean {
  return base === '' || path === base || path.startsWith(`${base}/`);
}

/** The matcher's form of a name: its bytes as characters. */
function asBytes(name: string): string {
  return Buffer.from(name).toString('latin1');
}
