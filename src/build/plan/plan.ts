// From a Dockerfile to the graph of the steps that a target needs.

import { parseDockerfile, stages } from '../../../grammar/index.ts';
import { CaissonError } from '../../core/index.ts';
import { reachableFrom } from '../graph/index.ts';
import type { BuildGraph, PlanOptions } from '../types.ts';
import { checkSources } from './cycles.ts';
import { dispatchStages } from './dispatch.ts';
import { globalArguments } from './global-arguments.ts';
import { findImages } from './images.ts';
import { type Problem, ProblemError } from './problem.ts';
import { throwDiagnostics, throwProblems } from './report.ts';
import { scannedParts } from './scans.ts';
import { type PlannedStage, planStages } from './stages.ts';
import type { Planning } from './state.ts';
import { checkSyntax } from './syntax.ts';
import { findTarget } from './target.ts';
import { imageTemplate } from './template.ts';

/**
 * Plans a build: parses, resolves stages and base images, and carries every needed instruction out on paper.
 * Throws one `CaissonError` that shows all that is wrong as far as planning came, each at its place.
 */
export async function planBuild(options: PlanOptions): Promise<BuildGraph> {
  const { ast, diagnostics } = options.dockerfile.parsed ?? parseDockerfile(options.dockerfile.text);
  checkSyntax(ast, options);
  throwDiagnostics(options.dockerfile, diagnostics);
  const problems: Problem[] = [];
  const { globalArgs, stages: written } = stages(ast);
  const values = globalArguments(globalArgs, options, written.at(-1)?.name, { escape: ast.escape }, problems);
  const named = options.namedContexts === undefined ? {} : { namedContexts: options.namedContexts };
  const planned = planStages(written, { globalArguments: values, escape: ast.escape, ...named }, problems);
  checkSources(planned, problems);
  throwProblems(options.dockerfile, problems);
  const planning = {
    options,
    escape: ast.escape,
    globalArguments: values,
    vertices: new Map(),
    size: { total: 0 },
  };
  return {
    ...(await planTarget(findTarget(planned, options.target), planned, planning, problems)),
    diagnostics,
  };
}

async function planTarget(
  target: PlannedStage,
  planned: readonly PlannedStage[],
  planning: Planning,
  problems: Problem[],
): Promise<Omit<BuildGraph, 'diagnostics'>> {
  const { options, vertices } = planning;
  const found = await findImages(target.index, planned, options, problems).catch((error: unknown) => {
    if (error instanceof ProblemError) throwProblems(options.dockerfile, [...problems, error.problem]);
    throw error;
  });
  const done = dispatchStages({ planning, stages: planned, ...found }, problems);
  throwProblems(options.dockerfile, problems);
  const state = done.get(target.index);
  if (!state) throw new CaissonError('PLAN_INCOMPLETE', `Stage ${target.index} was not planned`);
  const scans = options.sbom ? scannedParts(planning, state, done) : [];
  const needed = [state.vertex, ...scans.map(({ vertex }) => vertex)].flatMap((id) => [
    ...reachableFrom(id, vertices).keys(),
  ]);
  const known = new Set(needed);
  return {
    vertices: new Map([...vertices].filter(([id]) => known.has(id))),
    target: state.vertex,
    image: imageTemplate(state, options),
    ...(scans.length === 0 ? {} : { scans }),
  };
}
