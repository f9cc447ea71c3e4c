// The options of checks: `skip=A,B;error=true;experimental=C`, from the directive, a build argument or a comment.

import { quote } from '../../../grammar/index.ts';
import { CaissonError, parseGoBoolean } from '../../core/index.ts';

/** Which rules run, and whether a finding fails the build. */
export interface CheckOptions {
  readonly skip: RuleSelection;
  readonly experimental: RuleSelection;
  readonly error: boolean;
}

/** Names of rules, or all. */
export type RuleSelection = 'all' | ReadonlySet<string>;

/** Every rule that is not experimental, as warnings. */
export const defaultOptions: CheckOptions = { skip: new Set(), experimental: new Set(), error: false };

/** Reads options in BuildKit's syntax; `subject` begins the message of `CHECK_OPTIONS_INVALID`. */
export function parseCheckOptions(text: string, subject: string): CheckOptions {
  if (text.trim() === '') return defaultOptions;
  let options = defaultOptions;
  for (const part of splitParts(text.trim())) options = { ...options, ...parsePart(part, subject) };
  return options;
}

/** As many parts as there are options: what follows a third semicolon belongs to the third. */
function splitParts(text: string): readonly string[] {
  const [first = '', second, ...rest] = text.split(';');
  return [first, ...(second === undefined ? [] : [second]), ...(rest.length === 0 ? [] : [rest.join(';')])];
}

function parsePart(part: string, subject: string): Partial<CheckOptions> {
  const equals = part.indexOf('=');
  if (equals < 0) throw invalid(subject, `invalid check option ${quote(part)}`);
  const key = part.slice(0, equals).trim();
  const value = part.slice(equals + 1).trim();
  if (key === 'skip' || key === 'experimental') return { [key]: parseSelection(value) };
  if (key !== 'error') throw invalid(subject, `invalid check option ${quote(key)}`);
  const error = parseGoBoolean(value);
  if (error !== undefined) return { error };
  const reason = `strconv.ParseBool: parsing ${quote(value)}: invalid syntax`;
  throw invalid(subject, `failed to parse check option ${quote(part)}: ${reason}`);
}

function parseSelection(value: string): RuleSelection {
  return value === 'all' ? 'all' : new Set(value.split(',').map((name) => name.trim()));
}

function invalid(subject: string, reason: string): CaissonError {
  return new CaissonError('CHECK_OPTIONS_INVALID', `${subject}: ${reason}`, {
    hint: 'Write skip=<rules>, error=<true|false> and experimental=<rules>, with ";" between them; <rules> is "all" or names with commas.',
  });
}
