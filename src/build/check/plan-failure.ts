// Plans what is checked, to find what keeps it from being built.

import { parseDockerfile, stages } from '../../../grammar/index.ts';
import { CaissonError } from '../../core/index.ts';
import { globalArguments } from '../plan/global-arguments.ts';
import { planBuild } from '../plan/index.ts';
import { planStages } from '../plan/stages.ts';
import type { PlanOptions } from '../types.ts';
import { sourcesOf } from './needed.ts';
import type { BuildFailure } from './types.ts';

/** Of a file with very many results only so many are planned. */
const mostPlans = 50;

/** Why the target, or without one any stage, cannot be built; undefined where nothing stands against it. */
export async function findFailure(options: PlanOptions): Promise<BuildFailure | undefined> {
  try {
    for (const target of targetsOf(options)) await planBuild({ ...options, ...target });
    return undefined;
  } catch (error) {
    if (error instanceof CaissonError) return failureOf(error);
    throw error;
  }
}

/** The target asked for, or the stages that no other one uses: planned together they are all. */
function targetsOf(options: PlanOptions): readonly Pick<PlanOptions, 'target'>[] {
  if (options.target !== undefined) return [{}];
  const { ast } = parseDockerfile(options.dockerfile.text);
  const list = stages(ast);
  const values = globalArguments(list.globalArgs, options, undefined, { escape: ast.escape }, []);
  const planned = planStages(list.stages, { globalArguments: values, escape: ast.escape }, []);
  const used = new Set(planned.flatMap((stage) => sourcesOf(stage, planned)));
  const results = planned.filter(({ index }) => !used.has(index) && index < planned.length - 1);
  return [{}, ...results.slice(0, mostPlans - 1).map(({ index }) => ({ target: String(index) }))];
}

function failureOf({ message, hint, location, excerpt }: CaissonError): BuildFailure {
  return {
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(location === undefined ? {} : { location }),
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}
