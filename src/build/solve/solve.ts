// The solver: from a build graph to the layers of its targets, running only what no earlier build has run.

import { CaissonError, Scope, type VertexId } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import type { LayerId } from '../../store/index.ts';
import { reachableFrom } from '../graph/index.ts';
import { openImageLayers } from '../ops/image.ts';
import type { ExecVertex, MergeVertex, SolveOptions, StepGraph, Vertex } from '../types.ts';
import { mountOrigins } from './exec-mounts.ts';
import { explainMiss, shownParts } from './explain.ts';
import { vertexOf } from './graph.ts';
import { bringResult, isKnown } from './imported.ts';
import { emptyRootKey, imageKey, mergeKey } from './key.ts';
import { probe, stepOf } from './probe.ts';
import { findResult, lastRun, recordLink, recordResult } from './records.ts';
import { digestAhead, reported, type SolveRun, startRun } from './run.ts';
import { solvedSteps } from './solved-steps.ts';
import { isSource, resolvedSources, solveSource } from './source.ts';
import { makesLayer, readyStep, type Step, type StepVertex } from './step.ts';
import type { Solution, Solved, SolveServices } from './types.ts';

/**
 * Solves the graph's targets. Steps whose inputs are ready run in parallel; the first failure stops the others, and when this
 * settles nothing runs any more. The caller holds a lease for as long as it uses the layers. Throws `STEP_FAILED`, `INTERRUPTED`, and what copies and contexts throw.
 */
export async function solveGraph(
  graph: StepGraph,
  services: SolveServices,
  options: SolveOptions,
): Promise<Solution> {
  await using scope = new Scope();
  const lease = scope.use(services.store.lease());
  const run = startRun(graph, services, options, lease);
  try {
    const { targets, scanned = [] } = graph;
    const solved = await Promise.all([...targets, ...scanned].map((target) => solve(run, target)));
    run.progress.finish(true);
    return {
      targets: targets.map((_, index) => solved[index]?.layers ?? []),
      scanned: new Map(scanned.map((id, index) => [id, solved[targets.length + index]?.layers ?? []])),
      steps: run.progress.counts,
      sources: await resolvedSources(run),
      solvedSteps: options.keepKeys ? await solvedSteps(run) : [],
    };
  } catch (error) {
    await settle(run);
    run.progress.finish(false);
    throw options.signal.aborted ? cancelled(options.signal) : firstFailure(run, error);
  } finally {
    for (const copy of await Promise.allSettled(run.copies.values()))
      if (copy.status === 'fulfilled') copy.value[Symbol.dispose]();
  }
}

/** Nothing of a failed build may still be running when its mounts and networks are taken away. */
async function settle(run: SolveRun): Promise<void> {
  await Promise.allSettled([
    ...run.solved.values(),
    ...run.keys.values(),
    ...run.copies.values(),
    ...run.resolved.values(),
  ]);
}

function firstFailure(run: SolveRun, error: unknown): unknown {
  return run.signal.aborted ? run.signal.reason : error;
}

function cancelled(signal: AbortSignal): unknown {
  if (signal.reason instanceof CaissonError) return signal.reason;
  return new CaissonError('INTERRUPTED', 'The build was cancelled', { cause: signal.reason });
}

/** Solves a vertex; once a build. */
function solve(run: SolveRun, id: VertexId | undefined): Promise<Solved> {
  if (id === undefined) return Promise.resolve({ key: emptyRootKey, layers: [], cached: true });
  const known = run.solved.get(id);
  if (known) return known;
  const coming = solveVertex(run, vertexOf(run.graph, id));
  run.solved.set(id, coming);
  return coming;
}

async function solveVertex(run: SolveRun, vertex: Vertex): Promise<Solved> {
  if (vertex.kind === 'config') return solve(run, vertex.input);
  if (vertex.kind === 'context') throw new Error(`A context is no root file system: ${vertex.name}`);
  if (vertex.kind === 'image') return reported(run, vertex, async () => solveImage(run, vertex));
  if (isSource(vertex)) return solveSource(run, vertex);
  if (vertex.kind === 'merge') return solveMerge(run, vertex);
  return (await reported(run, vertex, () => recall(run, vertex))) ?? solveStep(run, vertex);
}

function solveImage(run: SolveRun, vertex: Vertex & { kind: 'image' }): Solved {
  const layers = openImageLayers(run.services.store, run.lease, vertex);
  run.progress.ended(vertex, 'cached');
  return { key: imageKey(vertex), layers, cached: true };
}

/** The copy and what it is put upon are solved at once: neither needs the other. */
async function solveMerge(run: SolveRun, vertex: MergeVertex): Promise<Solved> {
  const [input, layer] = await Promise.all([solve(run, vertex.input), solve(run, vertex.layer)]);
  return {
    key: mergeKey(input.key, layer.key),
    layers: [...input.layers, ...layer.layers],
    cached: input.cached && layer.cached,
  };
}

/** What an earlier build gave for this vertex, found without solving its inputs. */
async function recall(run: SolveRun, vertex: StepVertex): Promise<Solved | undefined> {
  if (run.uncached.unknown.has(vertex.id)) return undefined;
  const key = await probe(run, vertex.id);
  if (key === undefined) return undefined;
  const layers = findResult(run.services.store, key) ?? (await bringResult(run, vertex, key));
  if (layers === undefined) return undefined;
  run.progress.ended(vertex, 'cached');
  await recallInputs(run, vertex);
  return { key, layers, cached: true };
}

/** Steps below a cached one are cached too; finding them also tells the store that they are in use. */
async function recallInputs(run: SolveRun, vertex: StepVertex): Promise<void> {
  const inputs: (readonly [Vertex, Digest])[] = [];
  for (const input of reachableFrom(vertex.id, run.graph.vertices).values()) {
    if (input.kind === 'image') run.progress.ended(input, 'cached');
    const key = makesLayer(input) && run.progress.isOpen(input) ? await probe(run, input.id) : undefined;
    if (key !== undefined) inputs.push([input, key]);
  }
  run.services.store.cache.together(() => {
    for (const [input, key] of inputs) if (isKnown(run, key)) run.progress.ended(input, 'cached');
  });
}

async function solveStep(run: SolveRun, vertex: StepVertex): Promise<Solved> {
  if (vertex.kind === 'exec') warmExec(run.services, vertex.network);
  const [input, ...others] = await Promise.all([
    solve(run, vertex.input),
    ...otherTrees(run, vertex).map((id) => solve(run, id)),
  ]);
  return reported(run, vertex, async () =>
    finishStep(run, vertex, input, await readyStep(run, vertex, input, others)),
  );
}

/** The trees that a step takes files from, beside the one it changes. */
function otherTrees(run: SolveRun, vertex: StepVertex): readonly (VertexId | undefined)[] {
  if (vertex.kind === 'exec') return mountOrigins(vertex);
  const source = vertex.kind === 'copy' ? stepOf(run, vertex) : undefined;
  return source === undefined ? [] : [source];
}

/** What a process needs comes up while the steps before it run. */
function warmExec({ runtime, sandboxes }: SolveServices, network: ExecVertex['network']): void {
  runtime.warm();
  sandboxes.warm(network);
}

/** A copy from a step that ran again may still give what an earlier one gave: only now is its key known. */
async function finishStep(run: SolveRun, vertex: StepVertex, input: Solved, step: Step): Promise<Solved> {
  const { services, options } = run;
  if (step.definition !== undefined) recordLink(services, vertex, step.definition, step.key);
  const stored = run.uncached.reruns.has(vertex.id)
    ? undefined
    : (findResult(services.store, step.key) ?? (await bringResult(run, vertex, step.key)));
  const running = run.ran.get(step.key);
  const known = stored ?? (running && (await running));
  if (known !== undefined) {
    run.progress.ended(vertex, 'cached');
    return { key: step.key, layers: known, cached: true };
  }
  if (options.explain) explain(run, vertex, step);
  const coming = run.limit(() => runStep(run, vertex, input, step));
  run.ran.set(step.key, coming);
  const layers = await coming;
  run.progress.ended(vertex, 'done');
  return { key: step.key, layers, cached: false };
}

async function runStep(
  run: SolveRun,
  vertex: StepVertex,
  input: Solved,
  step: Step,
): Promise<readonly LayerId[]> {
  run.signal.throwIfAborted();
  run.progress.started(vertex);
  const layer = await step.run();
  digestAhead(run, vertex.id, layer.id);
  const layers = [...input.layers, layer.id];
  const parts = { ...step.parts, ...shownParts(run.graph, vertex) };
  recordResult(run.services, vertex, { key: step.key, parts, layers });
  return layers;
}

function explain(run: SolveRun, vertex: StepVertex, step: Step): void {
  const { graph, services } = run;
  const last = lastRun(services, vertex);
  run.progress.missed(
    vertex,
    explainMiss({ graph, vertex, noCache: run.uncached.reruns.has(vertex.id), last, ...step }),
  );
}
