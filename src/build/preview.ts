// What can be told of a build without running it.

import { CaissonError, Scope } from '../core/index.ts';
import { imageResolver } from './base-images.ts';
import {
  type CheckReport,
  type CheckRequest,
  checkRequest,
  listTargets,
  type Outline,
  outlineRequest,
  type TargetList,
} from './check/index.ts';
import { type ExecRequest, execServices } from './exec-request.ts';
import { planAll } from './fresh-plan.ts';
import { formatGraph, type GraphFormat } from './graph/index.ts';
import { type ContextReport, contextReport } from './reports/index.ts';
import type { BuildRequest, BuildServices } from './request.ts';
import {
  type OpenedSources,
  openSources,
  remoteAccess,
  type SourceRequest,
  withContextAgent,
} from './sources/index.ts';

/** Checks a build without running it. Throws what reading the inputs throws; what is wrong with the file is in the report. */
export function check(request: CheckRequest, services: BuildServices): Promise<CheckReport> {
  return withInputs(request, services, (inputs) => checkRequest(request, imageResolver(services), inputs));
}

/** What the target of a build can be given. Throws as planning does. */
export function outline(request: CheckRequest, services: BuildServices): Promise<Outline> {
  return withInputs(request, services, (inputs) => outlineRequest(request, imageResolver(services), inputs));
}

/** The stages of a Dockerfile. Throws what reading the inputs throws, and `DOCKERFILE_INVALID`. */
export function targets(request: CheckRequest, services: BuildServices): Promise<TargetList> {
  return withInputs(request, services, async (inputs) => listTargets(request, inputs));
}

/** The graph that {@link build} would solve, as text; ends with a line feed. Throws as planning does. */
export function planRequest(
  request: BuildRequest,
  services: BuildServices,
  format: GraphFormat,
): Promise<string> {
  return withInputs(request, services, async (inputs) => {
    const graphs = await planAll(request, services, inputs);
    return graphs.map((graph) => formatGraph(graph, format)).join('');
  });
}

/** What the context of a build is made of. Throws `CONTEXT_EMPTY` where there is none. */
export function contextSizes(request: BuildRequest, services: BuildServices): Promise<ContextReport> {
  return withInputs(request, services, async ({ folders }) => {
    const context = folders.get('context');
    if (context) return contextReport(context.tree);
    throw new CaissonError('CONTEXT_EMPTY', `The build from "${request.context}" has no context`, {
      hint: 'Give a folder, an archive or a repository.',
    });
  });
}

/** Opens a build's inputs without showing it; what was fetched goes when `work` has ended. */
async function withInputs<T>(
  request: SourceRequest & Pick<ExecRequest, 'secrets' | 'ssh'>,
  { store }: BuildServices,
  work: (inputs: OpenedSources) => Promise<T>,
): Promise<T> {
  await using scope = new Scope();
  const lease = scope.use(store.lease());
  const access = remoteAccess(execServices(withContextAgent(request)), request.buildArgs);
  const { signal } = new AbortController();
  const onEvent = (): void => undefined;
  return await work(await openSources(request, { store, lease, scope, access, signal, onEvent }));
}
