// Turns failures of the grammar into findings: what an instruction's form asks for, and what came.

import type { IToken } from 'chevrotain';
import type { InstructionBase, InstructionKind, Range } from '../ast.ts';
import type { InstructionDraft } from '../draft.ts';
import { keywords } from '../lexer/lexer.ts';
import * as t from '../lexer/tokens.ts';
import { suggest } from '../suggest.ts';
import type { Surroundings } from './building.ts';
import type { Reporter } from './report.ts';
import { tokenEnd, tokenRange, tokenText } from './tokens.ts';

interface Failure {
  readonly keyword: string;
  /** The first token that does not fit; the end of the line when something is missing. */
  readonly token: IToken;
  readonly ended: boolean;
  readonly previous: IToken | undefined;
  readonly range: Range;
  readonly whole: Range;
  readonly reporter: Reporter;
}

type Report = (failure: Failure) => void;

const atLeastOne: Report = ({ reporter, whole, keyword }) =>
  reporter.report('argument-missing', whole, keyword);
const exactlyOne: Report = ({ reporter, whole, keyword }) =>
  reporter.report('argument-not-one', whole, keyword);
const destination: Report = ({ reporter, whole, keyword }) =>
  reporter.report('destination-missing', whole, keyword);
const from: Report = ({ reporter, whole }) => reporter.report('from-arguments', whole);

const failures: Readonly<Record<string, Report>> = {
  add: destination,
  arg: atLeastOne,
  copy: destination,
  env: pairs,
  expose: atLeastOne,
  from,
  healthcheck: health,
  label: pairs,
  maintainer: exactlyOne,
  onbuild: atLeastOne,
  shell,
  stopsignal: exactlyOne,
  user: exactlyOne,
  volume: atLeastOne,
  workdir: exactlyOne,
};

/** Reports why an instruction's operands do not have their form. */
export function reportFailure(
  kind: InstructionKind,
  draft: InstructionDraft,
  base: InstructionBase,
  { source, reporter }: Surroundings,
): void {
  const { failure } = draft;
  if (!failure) return;
  const { token, previousToken } = failure as typeof failure & { readonly previousToken?: IToken };
  const ended = token.tokenType === t.LineEnd || token.tokenType === t.HeredocsStart;
  const range = ended ? base.range : tokenRange(source, token);
  const inArray = failure.context.ruleStack.at(-1) === 'array' && previousToken?.tokenType !== keywords.Shell;
  const keyword = kind.toUpperCase();
  if (inArray && !ended) reporter.report('array-not-strings', range);
  else
    failures[kind]?.({ keyword, token, ended, previous: previousToken, range, whole: base.range, reporter });
}

/** Reports arguments beyond an instruction's form. */
export function reportSurplus(
  kind: InstructionKind,
  draft: InstructionDraft,
  { source, surplus, reporter }: Surroundings,
): void {
  const [first] = surplus;
  const last = surplus.at(-1) ?? first;
  if (!first || !last || draft.failure) return;
  const range = source.range(first.startOffset, tokenEnd(last));
  if (kind === 'from') reporter.report('from-arguments', range);
  else if (kind === 'healthcheck') reporter.report('health-none-arguments', range);
  else reporter.report('equals-missing', tokenRange(source, first), tokenText(first));
}

/** Reports a keyword that is no instruction. */
export function reportUnknown(name: string, range: Range, reporter: Reporter): void {
  if (latest.name !== name) latest = { name, suggestion: suggest(name, keywordNames) };
  reporter.report('unknown-instruction', range, name, latest.suggestion);
}

const keywordNames = Object.keys(keywords).map((keyword) => keyword.toLowerCase());

// Lines that are no instructions come in rows, and alike: the search is dearer than the rest of the parsing.
let latest: { readonly name: string; readonly suggestion: string | undefined } = {
  name: '',
  suggestion: undefined,
};

function pairs({ keyword, token, ended, previous, range, whole, reporter }: Failure): void {
  if (!ended) reporter.report('equals-missing', range, tokenText(token));
  else if (previous?.tokenType === t.LegacyKey) reporter.report('value-missing', whole, keyword);
  else reporter.report('argument-missing', whole, keyword);
}

function shell({ keyword, ended, whole, reporter }: Failure): void {
  reporter.report(ended ? 'argument-missing' : 'array-required', whole, keyword);
}

function health({ keyword, token, ended, range, whole, reporter }: Failure): void {
  if (ended) reporter.report('argument-missing', whole, keyword);
  else reporter.report('health-type', range, tokenText(token).toUpperCase());
}
