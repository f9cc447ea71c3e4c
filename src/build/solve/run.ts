// The state of one solving: what is known so far of each vertex, and what its steps share.

import { availableParallelism } from 'node:os';
import { CaissonError, messageOf, type VertexId } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import { explainFullDisk, type LayerId, type Lease } from '../../store/index.ts';
import type { PreparedCopy } from '../ops/copy/index.ts';
import type { SolveOptions, StepGraph, Vertex } from '../types.ts';
import { vertexOf } from './graph.ts';
import { createLimit, type Limit } from './limit.ts';
import { type Uncached, uncachedSteps } from './no-cache.ts';
import { type Progress, reportProgress } from './progress.ts';
import type { ResolvedVertex, Solved, SolveServices } from './types.ts';

/** One solving. Maps are filled as vertices are looked at; each holds at most one promise a vertex. */
export interface SolveRun {
  readonly graph: StepGraph;
  readonly services: SolveServices;
  readonly options: SolveOptions;
  readonly progress: Progress;
  readonly lease: Lease;
  readonly limit: Limit;
  /** Aborts when the build is cancelled or a step failed. */
  readonly signal: AbortSignal;
  /** Stops everything else; the first failure counts. */
  readonly fail: (error: unknown) => void;
  /** Vertices whose layers are layers of the image: their digests are computed while later steps run. */
  readonly exported: ReadonlySet<VertexId>;
  readonly uncached: Uncached;
  readonly keys: Map<VertexId, Promise<Digest | undefined>>;
  readonly copies: Map<VertexId, Promise<PreparedCopy>>;
  readonly solved: Map<VertexId, Promise<Solved>>;
  /** Steps that ran or run, by key: those of two platforms may turn out to be one. */
  readonly ran: Map<Digest, Promise<readonly LayerId[]>>;
  readonly resolved: Map<VertexId, Promise<ResolvedVertex>>;
}

/** Steps often wait for the network, so that some run at once even on a small machine. */
const leastParallelism = 4;

/** Starts a solving: all its steps are announced. */
export function startRun(
  graph: StepGraph,
  services: SolveServices,
  options: SolveOptions,
  lease: Lease,
): SolveRun {
  const failure = new AbortController();
  return {
    graph,
    services,
    options,
    lease,
    progress: reportProgress(graph, options.onEvent),
    limit: createLimit(options.parallelism ?? Math.max(availableParallelism(), leastParallelism)),
    signal: AbortSignal.any([options.signal, failure.signal]),
    fail: (error) => failure.abort(error),
    exported: new Set(graph.targets.flatMap((target) => chainOf(graph, target))),
    uncached: uncachedSteps(graph, options.noCache),
    keys: new Map(),
    copies: new Map(),
    solved: new Map(),
    ran: new Map(),
    resolved: new Map(),
  };
}

/** Does a vertex's own work; its failure stops the build, unless the build was stopping already. */
export async function reported<T>(run: SolveRun, vertex: Vertex, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const error = placed(explainFullDisk(cause, run.services.store.root), vertex);
    if (!run.signal.aborted) {
      run.progress.ended(vertex, 'failed', messageOf(error));
      run.fail(error);
    }
    throw error;
  }
}

/** The same failure with the place of its instruction, where it tells none. */
function placed(error: unknown, { location }: Vertex): unknown {
  if (!(error instanceof CaissonError) || error.location !== undefined || location === undefined)
    return error;
  const { code, message, hint, cause, excerpt } = error;
  const details = { cause, location, ...(hint === undefined ? {} : { hint }) };
  return new CaissonError(code, message, excerpt === undefined ? details : { ...details, excerpt });
}

/** Starts the digest of a layer that goes into the image; whoever needs it asks again and sees a failure then. */
export function digestAhead(run: SolveRun, vertex: VertexId, layer: LayerId): void {
  if (run.exported.has(vertex)) run.services.store.layers.diff(layer).catch(() => undefined);
}

function chainOf(graph: StepGraph, target: VertexId | undefined): readonly VertexId[] {
  const chain: VertexId[] = [];
  for (let id = target; id !== undefined; ) {
    chain.push(id);
    const vertex = vertexOf(graph, id);
    if (vertex.kind === 'merge') chain.push(vertex.layer);
    id = 'input' in vertex ? vertex.input : undefined;
  }
  return chain;
}
