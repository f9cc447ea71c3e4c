// Every finding of the parser: its message, in BuildKit's words where BuildKit has any, and what to do about it.

import { quote } from './quote.ts';

/** A finding's text. */
export interface Finding {
  readonly message: string;
  readonly hint?: string;
  readonly suggestion?: string | undefined;
  readonly severity?: 'warning';
}

const escapeHint = 'Write "# escape=`" or "# escape=\\".';

/** The findings by their code. */
export const catalogue = {
  'no-instructions': () => finding('file with no instructions', 'Begin with a FROM instruction.'),
  'no-stage': () => finding('no build stage in current context', 'Only ARG may come before the first FROM.'),
  'unknown-instruction': (name: string, suggestion?: string) => ({
    ...finding(`unknown instruction: ${name}${didYouMean(suggestion)}`, suggestion && `Write ${suggestion}.`),
    suggestion,
  }),
  'unknown-flag': (name: string, suggestion: string | undefined, known: readonly string[]) => ({
    ...finding(`unknown flag: --${name}${didYouMean(suggestion)}`, knownFlags(known)),
    suggestion: suggestion && `--${suggestion}`,
  }),
  'duplicate-flag': (name: string) => finding(`duplicate flag specified: --${name}`, 'Give it once.'),
  'flag-value-missing': (name: string) =>
    finding(`missing a value on flag: --${name}`, `Write --${name}=<value>, without blanks.`),
  'flag-not-boolean': (name: string, value: string) =>
    finding(`expecting boolean value for flag --${name}, not: ${value}`, 'Write true or false.'),
  'argument-missing': (keyword: string) => finding(`${keyword} requires at least one argument`),
  'argument-not-one': (keyword: string) => finding(`${keyword} requires exactly one argument`),
  'destination-missing': (keyword: string) =>
    finding(
      `${keyword} requires at least two arguments, but only one was provided. Destination could not be determined`,
      `Write ${keyword} <source>... <destination>.`,
    ),
  'from-arguments': () =>
    finding('FROM requires either one or three arguments', 'Write FROM <image> or FROM <image> AS <name>.'),
  'stage-name': (name: string) =>
    finding(
      `invalid name for build stage: ${quote(name)}, name can't start with a number or contain symbols`,
      'Use a letter first, then letters, digits, "-", "_" and ".".',
    ),
  'array-not-strings': () =>
    finding(
      'when using JSON array syntax, arrays must be comprised of strings only',
      'Put each member in double quotes.',
    ),
  'array-required': (keyword: string) =>
    finding(
      `${keyword} requires the arguments to be in JSON form`,
      `Write ${keyword} ["<program>", "<argument>"].`,
    ),
  'name-blank': (keyword: string) =>
    finding(`${keyword} names can not be blank`, 'Put a name before the "=".'),
  'value-missing': (keyword: string) =>
    finding(`${keyword} must have two arguments`, `Write ${keyword} <name>=<value>.`),
  'equals-missing': (word: string) =>
    finding(
      `Syntax error - can't find = in ${quote(word)}. Must be of the form: name=value`,
      'Quote a value that has blanks.',
    ),
  'heredoc-unterminated': (name: string) =>
    finding('unterminated heredoc', `End it with a line that is ${quote(name)} and nothing else.`),
  'heredoc-destination': (keyword: string) => finding(`${keyword} cannot accept a heredoc as a destination`),
  'trigger-chained': () => finding("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"),
  'trigger-forbidden': (name: string) => finding(`${name} isn't allowed as an ONBUILD trigger`),
  'health-none-arguments': () => finding('HEALTHCHECK NONE takes no arguments'),
  'health-type': (type: string) => finding(`Unknown type ${quote(type)} in HEALTHCHECK (try CMD)`),
  'health-command': () => finding('Missing command after HEALTHCHECK CMD'),
  'duration-invalid': (problem: string, value: string) =>
    finding(`time: ${problem} duration ${quote(value)}`, 'Write a number and a unit: 30s, 1m30s, 500ms.'),
  'duration-short': (name: string) => finding(`Interval ${quote(name)} cannot be less than 1ms`),
  'retries-invalid': (value: string, problem: string) =>
    finding(`strconv.ParseInt: parsing ${quote(value)}: ${problem}`, 'Write --retries=<number>.'),
  'retries-negative': (value: number) => finding(`--retries cannot be negative (${value})`),
  'volume-empty': () => finding('VOLUME specified can not be an empty string'),
  'network-mode': (mode: string) =>
    finding(`invalid network mode ${quote(mode)}`, 'Use default, none or host.'),
  'security-mode': (mode: string) =>
    finding(`security ${quote(mode)} is not valid`, 'Use sandbox or insecure.'),
  'mount-syntax': (reason: string) => finding(`failed to parse csv mounts: ${reason}`),
  'mount-variable': () =>
    finding(
      "'from' doesn't support variable expansion, define alias stage instead",
      'Write FROM <image> AS <name> and mount from that name.',
    ),
  'escape-invalid': (value: string) =>
    finding(`invalid escape token '${value}' does not match \` or \\`, escapeHint),
  'directive-duplicate': (name: string) => finding(`only one ${name} parser directive can be used`),
  'directive-unknown': (name: string, suggestion: string) => ({
    ...warning(`unknown parser directive: ${name} (did you mean ${suggestion}?)`, 'It is read as a comment.'),
    suggestion,
  }),
  'blank-continuation': () =>
    warning(
      'Empty continuation line',
      'Take the blank line out, or end the line before without a continuation.',
    ),
  'too-large': () => finding('the file is too large or too deeply nested to be parsed'),
} as const;

function finding(message: string, hint?: string | undefined): Finding {
  return { message, ...(hint && { hint }) };
}

function warning(message: string, hint: string): Finding {
  return { message, hint, severity: 'warning' };
}

function didYouMean(suggestion: string | undefined): string {
  return suggestion ? ` (did you mean ${suggestion}?)` : '';
}

function knownFlags(known: readonly string[]): string {
  return known.length === 0
    ? 'This instruction takes no flags.'
    : `It takes ${known.map((name) => `--${name}`).join(', ')}.`;
}
