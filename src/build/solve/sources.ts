// Resolving the sources of a graph without running any step.

import { Scope } from '../../core/index.ts';
import type { ResolvedSource } from '../remote.ts';
import type { SolveOptions, StepGraph } from '../types.ts';
import { startRun } from './run.ts';
import { isSource, resolvedSources, resolveSource } from './source.ts';
import type { SolveServices } from './types.ts';

/** What the graph's files and repositories are now. Throws what fetching throws. */
export async function resolveSources(
  graph: StepGraph,
  services: SolveServices,
  options: SolveOptions,
): Promise<readonly ResolvedSource[]> {
  await using scope = new Scope();
  const run = startRun(graph, services, options, scope.use(services.store.lease()));
  const work = [...graph.vertices.values()].filter(isSource).map((vertex) => resolveSource(run, vertex));
  try {
    await Promise.all(work);
    run.progress.finish(true);
    return await resolvedSources(run);
  } catch (error) {
    await Promise.allSettled(work);
    run.progress.finish(false);
    throw error;
  }
}
