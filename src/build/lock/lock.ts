// `caisson lock`: resolves every source that a Dockerfile names, in all of its stages, and writes down what they are.

import { parseDockerfile, stages } from '../../../grammar/index.ts';
import { CaissonError, Scope } from '../../core/index.ts';
import { formatPlatform, formatReference, parseReference } from '../../oci/index.ts';
import { imageResolver } from '../base-images.ts';
import { execServices } from '../exec-request.ts';
import { planAll } from '../fresh-plan.ts';
import type { RemoteAccess } from '../remote.ts';
import type { BuildOptions, BuildRequest, BuildServices } from '../request.ts';
import { joinGraphs } from '../solve/graph.ts';
import { createSandboxPool } from '../solve/sandboxes.ts';
import { resolveSources } from '../solve/sources.ts';
import { type OpenedSources, openSources, remoteAccess, withContextAgent } from '../sources/index.ts';
import type { BuildGraph, PlanOptions, StepGraph } from '../types.ts';
import { lockOf, readLock, writeLock } from './file.ts';
import { gitName, pinnedImages, sourcePins } from './pins.ts';
import type { LockedSource, LockFile } from './types.ts';

/** How locking goes about sources that are locked already: they stay, or are asked for anew. */
export interface LockOptions extends BuildOptions {
  readonly update: boolean;
}

const nothing: LockFile = { version: 1, images: {}, http: {}, git: {} };

/**
 * Writes the lock file of a Dockerfile: what is locked stays as it is unless `update` is set, what is new is added, what is no
 * longer named goes. Throws `LOCK_IMPOSSIBLE` where the Dockerfile is no file, `LOCK_INVALID`, and what planning and fetching throw.
 */
export async function lockSources(
  request: BuildRequest,
  services: BuildServices,
  { update, signal, onEvent }: LockOptions,
): Promise<readonly LockedSource[]> {
  await using scope = new Scope();
  const lease = scope.use(services.store.lease());
  const given = execServices(withContextAgent(request));
  const access = remoteAccess(given, request.buildArgs);
  const inputs = await openSources(request, { store: services.store, lease, scope, access, signal, onEvent });
  const { path } = inputs.dockerfile;
  if (path === undefined) throw impossible(inputs.dockerfile.name);
  const before = readLock(path) ?? nothing;
  const kept = update ? nothing : before;
  const images = new Map<string, LockedSource>();
  const planning = { ...services, resolveImage: noting(images, kept, services) };
  const graph = sourcesOf(await planStages(request, planning, inputs));
  const remote: RemoteAccess = { ...access, pins: sourcePins(kept, { complete: false }) };
  const sandboxes = scope.use(createSandboxPool(services.network, services.store));
  const solving = {
    ...services,
    ...given,
    remote,
    sandboxes,
    project: inputs.project,
    contexts: inputs.folders,
  };
  const remotes = await resolveSources(graph, solving, { signal, onEvent, noCache: false, explain: false });
  const locked = [...images.values(), ...remotes.flatMap(remotePin)].map((source) =>
    withBefore(source, before),
  );
  writeLock(path, lockOf(locked));
  return locked;
}

function impossible(name: string): CaissonError {
  return new CaissonError(
    'LOCK_IMPOSSIBLE',
    `The Dockerfile "${name}" is no file on this machine: there is no place for its lock`,
    {
      hint: 'Save it as a file, and name it with --file.',
    },
  );
}

/** Every stage is planned as the target once, so that none is left out. */
async function planStages(
  request: BuildRequest,
  services: BuildServices,
  inputs: OpenedSources,
): Promise<readonly BuildGraph[]> {
  const { ast } = parseDockerfile(inputs.dockerfile.text);
  const count = Math.max(1, stages(ast).stages.length);
  const graphs = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      planAll({ ...request, target: String(index) }, services, inputs),
    ),
  );
  return graphs.flat();
}

function sourcesOf(graphs: readonly BuildGraph[]): StepGraph {
  const { vertices } = joinGraphs(graphs);
  return {
    vertices: new Map([...vertices].filter(([, { kind }]) => kind === 'http' || kind === 'git')),
    targets: [],
  };
}

/** Finds images as a build does, and notes what each is. */
function noting(
  found: Map<string, LockedSource>,
  kept: LockFile,
  services: BuildServices,
): PlanOptions['resolveImage'] {
  const resolve = pinnedImages(kept, services.store, imageResolver(services), { complete: false });
  return async (reference, wanted) => {
    const image = await resolve(reference, wanted);
    const asked = formatReference(parseReference(reference));
    const platform = formatPlatform(wanted);
    found.set(`${asked} ${platform}`, { kind: 'images', asked, platform, pin: image.manifestDigest });
    return image;
  };
}

function remotePin(source: Awaited<ReturnType<typeof resolveSources>>[number]): readonly LockedSource[] {
  if (source.kind === 'http') return [{ kind: 'http', asked: source.asked, pin: source.digest }];
  if (source.kind === 'git')
    return [{ kind: 'git', asked: gitName(source.remote, source.ref), pin: source.commit }];
  return [];
}

function withBefore(source: LockedSource, lock: LockFile): LockedSource {
  const { kind, asked, platform = '', pin } = source;
  const before = kind === 'images' ? lock.images[asked]?.[platform] : lock[kind][asked];
  return before === undefined || before === pin ? source : { ...source, before };
}
