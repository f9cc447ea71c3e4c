// A check as it is asked for: reads the inputs, finds the base images, and runs all rules.

import { isCaissonError } from '../../core/index.ts';
import { hostPlatform, type Platform } from '../../oci/index.ts';
import { type ContextTree, openContext } from '../context/index.ts';
import type { SourceRequest } from '../sources/index.ts';
import type { PlanOptions } from '../types.ts';
import { type ImageFinder, imageFinder } from './images.ts';
import { type CheckInputs, localInputs, plannedInputs } from './inputs.ts';
import type { CheckInput, FileModel } from './model.ts';
import { type CheckOptions, defaultOptions } from './options.ts';
import { findFailure } from './plan-failure.ts';
import { readModel } from './read-model.ts';
import { passesFor } from './registry.ts';
import { runRules } from './run.ts';
import { runShellcheck } from './shellcheck/index.ts';
import type { BuildFailure, CheckReport, CheckWarning } from './types.ts';
import { checkOptions, optionsArgument, violation } from './violation.ts';

/** What to check. */
export interface CheckRequest extends SourceRequest {
  /** undefined: all stages. */
  readonly target?: string;
  readonly platform?: Platform;
  /** `buildkit`: only the rules that BuildKit has. */
  readonly rules: 'all' | 'buildkit';
}

/** Checks a build without running it; what is wrong with the file is in the report. Throws what reading the inputs throws. */
export async function checkRequest(
  request: CheckRequest,
  resolveImage: PlanOptions['resolveImage'],
  inputs: CheckInputs = localInputs(request),
): Promise<CheckReport> {
  const finder = imageFinder(resolveImage, true);
  const { buildArgs, target, platform = hostPlatform() } = request;
  const asked = { buildArgs, platform, buildPlatform: hostPlatform(), ...(target && { target }) };
  const planned = plannedInputs(inputs);
  const failure = await findFailure({ ...asked, ...planned, resolveImage: finder.resolveImage });
  const { local, tree = local && openContext(local.context, local.dockerfile) } = inputs;
  const file = readModel({ ...asked, ...planned.dockerfile, images: finder.found, ...ignoreFile({ tree }) });
  const source = { ...planned.dockerfile, path: pathAsGiven(request, inputs) };
  return { source, ...(await findings(file, request.rules, finder, failure)) };
}

/** The ignore file of a build, where there is one. */
export function ignoreFile({
  tree,
}: {
  readonly tree?: ContextTree | undefined;
}): Pick<CheckInput, 'ignore'> {
  if (tree === undefined || tree.patterns.length === 0) return {};
  return { ignore: { patterns: tree.patterns, matcher: tree.ignore } };
}

async function findings(
  file: FileModel,
  rules: CheckRequest['rules'],
  { missing }: ImageFinder,
  failure: BuildFailure | undefined,
): Promise<Omit<CheckReport, 'source'>> {
  const { options, problem } = tolerantOptions(file);
  if (problem !== undefined) return { warnings: [], notes: [], failure: problem };
  const warnings = runRules(file, passesFor(file, rules), options);
  const scripts = rules === 'all' ? await runShellcheck(file, options) : { warnings: [], notes: [] };
  const all = [...warnings, ...scripts.warnings];
  const violated = options.error ? violationOf(warnings) : undefined;
  const reason = failure ?? violated;
  const notes = [...missingImages(missing), ...scripts.notes];
  return { warnings: all, notes, ...(reason === undefined ? {} : { failure: reason }) };
}

interface ReadOptions {
  readonly options: CheckOptions;
  readonly problem?: BuildFailure;
}

/** A malformed directive is a finding, a malformed argument an error of the command. */
function tolerantOptions({ ast, input }: FileModel): ReadOptions {
  try {
    return { options: checkOptions(ast, input.buildArgs) };
  } catch (error) {
    if (!isCaissonError(error, 'CHECK_OPTIONS_INVALID')) throw error;
    if (Object.hasOwn(input.buildArgs, optionsArgument)) throw error;
    const { message, hint } = error;
    return { options: defaultOptions, problem: { message, ...(hint === undefined ? {} : { hint }) } };
  }
}

function violationOf(warnings: readonly CheckWarning[]): BuildFailure | undefined {
  const counted = warnings.filter(({ rule }) => rule.level !== 'info');
  return counted.length === 0 ? undefined : { message: violation(counted).message };
}

function missingImages(missing: ReadonlyMap<string, string>): readonly string[] {
  return [...missing].map(
    ([reference, reason]) => `${reason}: what depends on the variables of "${reference}" was not checked`,
  );
}

/** The Dockerfile's path as the caller would write it. */
function pathAsGiven(
  { context, dockerfile }: CheckRequest,
  { local, dockerfile: { name } }: CheckInputs,
): string {
  if (dockerfile !== undefined) return dockerfile;
  if (local === undefined) return name;
  const folder = context.replace(/^(?:\.\/)+(?=.)/, '').replace(/\/+$/, '');
  return folder === '.' || folder === '' ? name : `${folder}/${name}`;
}
