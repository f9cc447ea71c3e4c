// `--call outline`: what a target can be given, as buildx tells it.

import { hostPlatform } from '../../oci/index.ts';
import { planBuild } from '../plan/index.ts';
import type { PlanOptions } from '../types.ts';
import { describedAs } from './description.ts';
import { imageFinder } from './images.ts';
import { type CheckInputs, localInputs, plannedInputs } from './inputs.ts';
import type { FileModel, StageModel } from './model.ts';
import { globalArguments, type OutlineArgument, stageArguments } from './outline-arguments.ts';
import { type OutlineMount, stageMounts } from './outline-mounts.ts';
import { neededBy, readModel } from './read-model.ts';
import type { CheckRequest } from './request.ts';

/** What a target can be given. */
export interface Outline {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly args: readonly OutlineArgument[];
  readonly secrets: readonly OutlineMount[];
  readonly ssh: readonly OutlineMount[];
  readonly source: string;
}

/** Tells what the target can be given. Throws as planning does; base images that are not there do not matter. */
export async function outlineRequest(
  request: Omit<CheckRequest, 'rules'>,
  resolveImage: PlanOptions['resolveImage'],
  inputs: CheckInputs = localInputs(request),
): Promise<Outline> {
  const finder = imageFinder(resolveImage, true);
  const { buildArgs, target, platform = hostPlatform() } = request;
  const asked = { buildArgs, platform, buildPlatform: hostPlatform(), ...(target && { target }) };
  const planned = plannedInputs(inputs);
  await planBuild({ ...asked, ...planned, resolveImage: finder.resolveImage });
  const file = readModel({ ...asked, ...planned.dockerfile, images: finder.found });
  return { ...outlineOf(file), source: planned.dockerfile.text };
}

/** The target's own needs come first, then those of the stages it uses; a name is told once. */
function outlineOf(file: FileModel): Omit<Outline, 'source'> {
  const stages = neededBy(file);
  const target = stages[0];
  const globals = globalArguments(file);
  return {
    name: target?.name,
    description: target && describedAs(target.name, commentsOf(target, file)),
    args: once(stages.flatMap((stage) => stageArguments(stage, globals, file))),
    secrets: once(stages.flatMap((stage) => stageMounts(stage, 'secret', file))),
    ssh: once(stages.flatMap((stage) => stageMounts(stage, 'ssh', file))),
  };
}

function commentsOf({ from }: StageModel, { instructions }: FileModel): readonly string[] {
  return instructions.find(({ instruction }) => instruction === from)?.comments ?? [];
}

/** The first of each name, in the order of the file. */
function once<T extends OutlineArgument | OutlineMount>(all: readonly T[]): readonly T[] {
  const first = new Map(all.toReversed().map((one) => [one.name, one] as const));
  const kept = all.filter((one) => first.get(one.name) === one);
  return kept.toSorted((a, b) => a.lines.start - b.lines.start);
}
