// Ignore patterns applied to a tree while it is walked: the last pattern that matches a path or a folder above it decides,
// and a pattern is only asked where its answer would change the one so far, as BuildKit does it.

import { posix } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import { type Automaton, type AutomatonState, compileAutomaton } from './automaton.ts';
import { fileMatchTokens } from './file-match.ts';
import { ignoreTokens } from './ignore-pattern.ts';
import type { IgnoreMatcher, IgnoreState } from './types.ts';

const everything: IgnoreState = { ignored: false, descend: true, reachesBelow: false };

/** Leaves nothing out. */
const ignoreNothing: IgnoreMatcher = { root: everything, enter: () => everything };

/** Compiles the patterns of an ignore file, in order. Throws `IGNORE_PATTERN_INVALID`. */
export function compileIgnore(patterns: readonly string[]): IgnoreMatcher {
  const rules = patterns
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '')
    .map(parseRule);
  if (rules.length === 0) return ignoreNothing;
  const automaton = compileAutomaton(rules.map((rule) => rule.tokens));
  const exceptions = new Set(rules.flatMap((rule, index) => (rule.exception ? [index] : [])));
  const start = { matched: [], position: automaton.start, isRoot: true };
  const root: WalkState = { ...everything, reachesBelow: true, ...start };
  return { root, enter: (parent, name) => enter(automaton, exceptions, parent as WalkState, name) };
}

interface Rule {
  readonly exception: boolean;
  readonly tokens: NonNullable<ReturnType<typeof ignoreTokens>>;
}

interface WalkState extends IgnoreState {
  /** The rules that were asked and matched this path or one above it, ascending. */
  readonly matched: readonly number[];
  readonly position: AutomatonState;
  readonly isRoot?: boolean;
}

function parseRule(pattern: string): Rule {
  const cleaned = posix.normalize(pattern).replace(/(.)\/$/, '$1');
  const exception = cleaned.startsWith('!');
  const text = exception ? cleaned.slice(1) : cleaned;
  if (text === '') throw invalidPattern(pattern, 'illegal exclusion pattern: "!"');
  const tokens = fileMatchTokens(text) && ignoreTokens(text);
  if (tokens === undefined) throw invalidPattern(pattern, 'syntax error in pattern');
  return { exception, tokens };
}

function enter(
  automaton: Automaton,
  exceptions: ReadonlySet<number>,
  parent: WalkState,
  name: string,
): WalkState {
  const position = automaton.read(parent.position, parent.isRoot ? name : `/${name}`);
  const matched = matchedRules(exceptions, parent.matched, position.accepted);
  const decided = matched.at(-1) ?? -1;
  const ignored = decided >= 0 && !exceptions.has(decided);
  const descend = !ignored || canReturn(exceptions, position, decided);
  return { ignored, descend, reachesBelow: position.alive.size > 0, matched, position };
}

// What matched above matches here; an exception is asked while the path is ignored, another rule while it is not. So a rule
// that had nothing to change at a folder does not hold for what is in it.
function matchedRules(
  exceptions: ReadonlySet<number>,
  above: readonly number[],
  accepted: readonly number[],
): readonly number[] {
  if (accepted.length === 0) return above;
  const matched: number[] = [];
  let ignored = false;
  for (const rule of [...new Set([...above, ...accepted])].toSorted((a, b) => a - b)) {
    if (!above.includes(rule) && exceptions.has(rule) !== ignored) continue;
    matched.push(rule);
    ignored = !exceptions.has(rule);
  }
  return matched;
}

/** Whether a later exception could take something below back in. */
function canReturn(exceptions: ReadonlySet<number>, position: AutomatonState, decided: number): boolean {
  for (const rule of position.alive) if (rule > decided && exceptions.has(rule)) return true;
  return false;
}

function invalidPattern(pattern: string, reason: string): CaissonError {
  return new CaissonError(
    'IGNORE_PATTERN_INVALID',
    `The ignore pattern "${pattern}" is malformed: ${reason}`,
    {
      hint: 'Close every "[" with a "]" and put something after "!" and "\\".',
    },
  );
}
