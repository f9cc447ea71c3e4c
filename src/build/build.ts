// A whole build: Dockerfile and context in, image out.

import { Scope } from '../core/index.ts';
import { removeEmptyCgroup } from '../runtime/index.ts';
import { withAttestations } from './attested.ts';
import { imageResolver } from './base-images.ts';
import { openCaches } from './cache/index.ts';
import { type Checkout, checkoutLabels, checkoutOf } from './checkout.ts';
import { withSourceLines } from './excerpt.ts';
import { execHosts, execServices } from './exec-request.ts';
import { checkOutputs, exportOutcome } from './export/export.ts';
import { completeOutputs } from './export/outputs.ts';
import type { BuildOutcome } from './export/types.ts';
import { pinnedImages, readLock, sourcePins } from './lock/index.ts';
import { stepsGroup } from './ops/exec-spec.ts';
import { withVertex } from './phase.ts';
import { definitionVertex, planAndCheck, warn } from './planning.ts';
import type { RemoteAccess } from './remote.ts';
import { epochOf, withEpoch } from './reproducible/epoch.ts';
import type { BuildOptions, BuildRequest, BuildServices, BuiltImage } from './request.ts';
import { joinGraphs } from './solve/graph.ts';
import { createSandboxPool } from './solve/sandboxes.ts';
import { solveGraph } from './solve/solve.ts';
import type { Solution, SolveServices } from './solve/types.ts';
import {
  type OpenedSources,
  openSources,
  remoteAccess,
  type SourceServices,
  withContextAgent,
} from './sources/index.ts';
import type { BuildGraph, SolveOptions, StepGraph } from './types.ts';

/**
 * Builds an image and adds it to the store under its tags. Throws `DOCKERFILE_NOT_FOUND`, `DOCKERFILE_INVALID`, `CONTEXT_NOT_FOUND`,
 * `STEP_FAILED`, `INTERRUPTED`, `DISK_FULL` and what the rooms below throw.
 */
export async function build(
  asked: BuildRequest,
  services: BuildServices,
  options: BuildOptions,
): Promise<BuiltImage> {
  const { onEvent } = options;
  const started = Date.now();
  const outputs = completeOutputs(asked);
  checkOutputs(outputs, services);
  await using scope = new Scope();
  const lease = scope.use(services.store.lease());
  const given = execServices(withContextAgent(asked));
  const remote = remoteAccess(given, asked.buildArgs);
  const opening = { ...options, store: services.store, lease, scope, access: remote };
  const inputs = await openInputs(asked, opening);
  const epoch = epochOf(asked, inputs.local?.context);
  const checkout = wantedCheckout(asked, inputs);
  const request = withCheckoutLabels(withEpoch(asked, epoch), checkout);
  const locked = underLock(services, inputs);
  const graphs = await planAndCheck(request, locked, inputs, onEvent);
  warn(graphs, inputs, onEvent);
  const caches = await openCaches(request, services, options);
  const { cgroupParent } = request.execSettings ?? {};
  if (cgroupParent !== undefined) scope.defer(() => removeEmptyCgroup(stepsGroup(cgroupParent)));
  const sandboxes = scope.use(
    createSandboxPool(services.network, services.store, execHosts(request, request.buildArgs)),
  );
  const solution = await solve(
    joinGraphs(graphs),
    inputs,
    request,
    { ...services, ...given, remote: { ...remote, ...locked.pins }, sandboxes, imports: caches.imports },
    { ...options, keepKeys: caches.keepKeys },
  );
  const solved = { ...outcomeOf(graphs, solution, epoch), fixedTimes: request.reproducible ?? false };
  const outcome = await caches.complete(solved, solution.solvedSteps);
  const finished = { request, inputs, checkout, graphs, solution, outputs, started };
  const attested = await withAttestations(outcome, finished, services.store);
  const [{ descriptor, ...exported }] = await Promise.all([
    exportOutcome(attested, outputs, services, options),
    sandboxes[Symbol.asyncDispose](),
  ]);
  await caches.write(solution, graphs);
  return {
    ...exported,
    ...(descriptor === undefined ? {} : { manifestDigest: descriptor.digest }),
    steps: solution.steps,
    sources: [...inputs.sources, ...solution.sources],
  };
}

/** Git is asked only when something is to be told. */
function wantedCheckout({ checkout, attest }: BuildRequest, { local }: OpenedSources): Checkout | undefined {
  const isTold = checkout?.labels || (checkout?.info && attest?.provenance);
  return local === undefined || !isTold ? undefined : checkoutOf(local);
}

/** Labels that are given by themselves win. */
function withCheckoutLabels(request: BuildRequest, checkout: Checkout | undefined): BuildRequest {
  if (checkout === undefined || !request.checkout?.labels) return request;
  return { ...request, labels: { ...checkoutLabels(checkout), ...request.labels } };
}

/** With a lock file beside the Dockerfile every source is the one locked. */
function underLock(
  services: BuildServices,
  { dockerfile: { path } }: OpenedSources,
): BuildServices & { readonly pins?: Pick<RemoteAccess, 'pins'> } {
  const lock = path === undefined ? undefined : readLock(path);
  if (lock === undefined) return services;
  const complete = { complete: true };
  const resolveImage = pinnedImages(lock, services.store, imageResolver(services), complete);
  return { ...services, resolveImage, pins: { pins: sourcePins(lock, complete) } };
}

/** What fetching shows comes as steps of its own. */
function openInputs(request: BuildRequest, services: SourceServices): Promise<OpenedSources> {
  return withVertex(services.onEvent, definitionVertex, () => openSources(request, services));
}

async function solve(
  graph: StepGraph,
  inputs: OpenedSources,
  request: BuildRequest,
  services: Omit<SolveServices, 'contexts' | 'project'>,
  options: BuildOptions & Pick<SolveOptions, 'keepKeys'>,
): Promise<Solution> {
  const { noCache, explain, parallelism } = request;
  const { project, folders: contexts } = inputs;
  const limits = parallelism === undefined ? {} : { parallelism };
  try {
    return await solveGraph(
      graph,
      { ...services, project, contexts },
      { ...options, noCache, explain, ...limits },
    );
  } catch (error) {
    throw withSourceLines(error, inputs.dockerfile.text);
  }
}

function outcomeOf(
  graphs: readonly BuildGraph[],
  { targets, steps }: Solution,
  epoch: number | undefined,
): BuildOutcome {
  return {
    platforms: graphs.map(({ image }, index) => ({
      platform: image.platform,
      template: image,
      layers: targets[index] ?? [],
    })),
    changed: steps.ran > 0,
    ...(epoch === undefined ? {} : { epoch }),
  };
}
