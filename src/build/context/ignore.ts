// Ignore patterns applied to a tree while it is walked: the last pattern that matches a path or a folder above it decides.

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
  const start = { decided: -1, position: automaton.start, isRoot: true };
  const root: WalkState = { ...everything, reachesBelow: true, ...start };
  return { root, enter: (parent, name) => enter(automaton, exceptions, parent as WalkState, name) };
}

interface Rule {
  readonly exception: boolean;
  readonly tokens: NonNullable<ReturnType<typeof ignoreTokens>>;
}

interface WalkState extends IgnoreState {
  /** The highest rule that matched this path or one above it. */
  readonly decided: number;
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
  const decided = Math.max(parent.decided, position.accepted);
  const ignored = decided >= 0 && !exceptions.has(decided);
  const descend = !ignored || canReturn(exceptions, position, decided);
  return { ignored, descend, reachesBelow: position.alive.size > 0, decided, position };
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
