// The comments that stand before an instruction: descriptions, and switches for the rules there.

import type { Dockerfile, Instruction } from '../../../grammar/index.ts';
import { parseCheckOptions, type RuleSelection } from './options.ts';

/** The texts of the comments before each instruction, without their `#`; blank lines between do not part them from it, as in BuildKit. */
export function commentsBefore(ast: Dockerfile): ReadonlyMap<Instruction, readonly string[]> {
  const found = new Map<Instruction, readonly string[]>();
  let comments: string[] = [];
  for (const item of ast.items) {
    if (item.kind === 'blank') continue;
    if (item.kind === 'comment') comments.push(...linesOf(item.raw));
    else if (item.kind === 'directive') comments.push(...linesOf(item.raw));
    else {
      found.set(item, comments);
      comments = [];
    }
  }
  return found;
}

/** BuildKit takes the first character away, which is the `#` only where nothing stands before it. */
function linesOf(raw: string): readonly string[] {
  return raw
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.slice(1).trim());
}

/** What the comments before an instruction switch for it. */
export interface LocalSwitches {
  readonly skip: RuleSelection;
  readonly experimental: RuleSelection;
}

const none: LocalSwitches = { skip: new Set(), experimental: new Set() };

/** Reads `check=skip=…` as BuildKit does, and `caisson ignore=…` and `hadolint ignore=…`; what is malformed counts as a plain comment. */
export function localSwitches(comments: readonly string[]): LocalSwitches {
  const check = comments.map((text) => /^check\s*=\s*(\S+)/.exec(bare(text))?.[1]).find(Boolean);
  const ignored = comments.flatMap((text) => ignoredRules(bare(text), localIgnore));
  const own = check === undefined ? none : tolerant(check);
  if (ignored.length === 0) return own;
  return { ...own, skip: own.skip === 'all' ? 'all' : new Set([...own.skip, ...ignored]) };
}

/** The rules that `hadolint global ignore=…` and `caisson global ignore=…` switch off for the whole file. */
export function globallyIgnored(ast: Dockerfile): ReadonlySet<string> {
  const comments = ast.items.flatMap((item) => (item.kind === 'comment' ? [item.text] : []));
  return new Set(comments.flatMap((text) => ignoredRules(bare(text), globalIgnore)));
}

const localIgnore = /^(?:hadolint|caisson)\s+ignore\s*=\s*(.+)$/;
const globalIgnore = /^(?:hadolint|caisson)\s+global\s+ignore\s*=\s*(.+)$/;

function ignoredRules(text: string, pattern: RegExp): readonly string[] {
  const list = pattern.exec(text)?.[1] ?? '';
  return list.split(/[\s,]+/).filter((name) => /^[A-Za-z]\w*$/.test(name));
}

function bare(text: string): string {
  return text.replace(/^#+/, '').trim();
}

function tolerant(text: string): LocalSwitches {
  try {
    return parseCheckOptions(text, '');
  } catch {
    return none;
  }
}
