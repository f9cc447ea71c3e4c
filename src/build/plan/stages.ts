// The stages of a file with what each starts from, every FROM expanded.

import { type From, type Instruction, type Range, type Stage, suggest } from '../../../grammar/index.ts';
import { isCaissonError } from '../../core/index.ts';
import { formatReference, type Platform, parsePlatform, parseReference } from '../../oci/index.ts';
import type { PlanOptions } from '../types.ts';
import { expandAt } from './expansion.ts';
import { replacedStage } from './named-contexts.ts';
import { collect, type Problem, ProblemError } from './problem.ts';

/** A stage whose FROM is understood. */
export interface PlannedStage {
  readonly index: number;
  readonly name?: string;
  readonly from: From;
  readonly base: StageBase;
  /** What `--platform` asks for. */
  readonly platform: Platform | undefined;
  readonly instructions: readonly Instruction[];
}

/** What a stage starts from: nothing, an earlier stage, or an image by its full reference. */
export type StageBase =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'stage'; readonly index: number }
  | { readonly kind: 'image'; readonly reference: string };

/** What FROM is read with. */
export interface FromScope extends Pick<PlanOptions, 'namedContexts'> {
  readonly globalArguments: ReadonlyMap<string, string>;
  readonly escape: '\\' | '`';
}

/** Understands every FROM of the file; a stage whose FROM is wrong starts from nothing, its problem in `problems`. */
export function planStages(
  stages: readonly Stage[],
  scope: FromScope,
  problems: Problem[],
): readonly PlannedStage[] {
  const planned: PlannedStage[] = [];
  for (const stage of stages) {
    const replacement = replacedStage(scope, stage.name);
    if (replacement !== undefined) {
      const base = { kind: 'image', reference: replacement } as const;
      planned.push({ ...stage, base, platform: undefined, instructions: [] });
      continue;
    }
    const base = collect(problems, { kind: 'scratch' } as const, () => baseOf(stage, planned, scope));
    const platform = collect(problems, undefined, () => platformOf(stage.from, scope));
    planned.push({ ...stage, base, platform });
  }
  return planned;
}

/** The last of `stages` with that name; names compare without case. */
export function stageNamed<S extends Pick<Stage, 'name'>>(stages: readonly S[], name: string): S | undefined {
  return stages.findLast((stage) => stage.name === name.toLowerCase());
}

/** Reads an image reference, filled in to its full form; one that is malformed is a problem at `range`. */
export function imageReference(text: string, range: Range): string {
  try {
    return formatReference(parseReference(text));
  } catch (error) {
    if (!isCaissonError(error)) throw error;
    const message = `failed to parse stage name "${text}": ${error.message}`;
    throw new ProblemError({ code: 'REFERENCE_INVALID', message, range, cause: error });
  }
}

function baseOf({ from }: Stage, earlier: readonly PlannedStage[], scope: FromScope): StageBase {
  const { text, range } = from.image;
  const name = expandAt(text, scope.globalArguments, range, { escape: scope.escape });
  if (name === '') throw blankBase(text, range, scope);
  const stage = stageNamed(earlier, name);
  if (stage) return { kind: 'stage', index: stage.index };
  if (name === 'scratch') return { kind: 'scratch' };
  return { kind: 'image', reference: imageReference(name, range) };
}

function blankBase(text: string, range: Range, scope: FromScope): ProblemError {
  return new ProblemError({
    code: 'BASE_BLANK',
    message: `base name (${text}) should not be blank`,
    hint: 'Give the ARG a default before the first FROM, or pass it as a build argument.',
    range,
    ...nearVariable(text, scope),
  });
}

function platformOf({ platform: flag }: From, scope: FromScope): Platform | undefined {
  if (!flag?.value) return undefined;
  const text = expandAt(flag.value, scope.globalArguments, flag.range, { escape: scope.escape });
  const at = {
    code: 'PLATFORM_INVALID',
    range: flag.valueRange ?? flag.range,
    ...nearVariable(flag.value, scope),
  } as const;
  if (text === '')
    throw new ProblemError({ ...at, message: `empty platform value from expression ${flag.value}` });
  try {
    return parsePlatform(text);
  } catch (error) {
    if (!isCaissonError(error)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new ProblemError({
      ...at,
      ...hint,
      message: `failed to parse platform ${flag.value}: ${error.message}`,
    });
  }
}

/** The known variable that a misspelt one in `text` is likely to mean. */
function nearVariable(text: string, { globalArguments }: FromScope): { readonly suggestion?: string } {
  const name = /\$\{?(\w+)/.exec(text)?.[1];
  const near =
    name === undefined || globalArguments.has(name) ? undefined : suggest(name, [...globalArguments.keys()]);
  return near === undefined ? {} : { suggestion: near };
}
