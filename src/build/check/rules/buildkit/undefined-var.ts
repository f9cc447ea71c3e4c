// UndefinedVar: a variable that nothing sets is empty, which is seldom meant.

import { type ExpandOptions, expandWord, type Instruction } from '../../../../../grammar/index.ts';
import type { FileModel, Step } from '../../model.ts';
import { didYouMean, nearestName } from '../../nearest.ts';
import { buildkitRule } from '../../rule.ts';
import type { Finding } from '../../types.ts';
import { expandedTexts } from '../../words.ts';

/** `COPY $source .` without an ARG or ENV of that name above in its stage. */
export const undefinedVar = buildkitRule(
  {
    name: 'UndefinedVar',
    description: 'Variables should be defined before their use',
    page: 'undefined-var',
  },
  {
    over: 'step',
    *check(step, file) {
      // Variables may come from a base image that is not known.
      if (!step.complete) return;
      if (step.instruction.kind === 'arg') yield* inDefaults(step, step.instruction, file);
      else yield* inTexts(step, file);
    },
  },
);

function* inTexts(step: Step, { ast }: FileModel): Iterable<Finding> {
  for (const { text, options } of expandedTexts(step.instruction, ast.escape))
    yield* undefinedIn(text, options, step, step.declared, beforeAll);
}

/** What is about the whole instruction is told before what is about its parts. */
const beforeAll = -1;

/** A default sees the ARGs of its own instruction that stand before it. */
function* inDefaults(
  step: Step,
  { args }: Extract<Instruction, { readonly kind: 'arg' }>,
  { ast, input }: FileModel,
): Iterable<Finding> {
  const declared = new Set(step.declared);
  for (const [order, { name, value }] of args.entries()) {
    const given = Object.hasOwn(input.buildArgs, name);
    if (value !== undefined && !given)
      yield* undefinedIn(value, { escape: ast.escape }, step, declared, order);
    declared.add(name);
  }
}

function* undefinedIn(
  text: string,
  options: ExpandOptions,
  { environment, lines }: Step,
  declared: ReadonlySet<string>,
  order: number,
): Iterable<Finding> {
  for (const name of unmatched(text, environment, options)) {
    if (declared.has(name) || settings.has(name)) continue;
    const names = environment.entries().map(([known]) => known);
    const near = nearestName(name, names);
    const hint = didYouMean(near === undefined ? undefined : `$${near}`);
    yield { message: `Usage of undefined variable '$${name}'${hint}`, lines, order };
  }
}

/** Build arguments that are no variables. */
const settings = new Set(['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE']);

function unmatched(text: string, environment: Step['environment'], options: ExpandOptions): Iterable<string> {
  if (!text.includes('$')) return [];
  try {
    return expandWord(text, environment, options).unmatched;
  } catch {
    // Said when the file is planned.
    return [];
  }
}
