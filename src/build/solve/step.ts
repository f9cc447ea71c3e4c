// Steps made ready: the exact key, and how to run.

import type { Digest } from '../../oci/index.ts';
import type { LayerId, LayerRecord } from '../../store/index.ts';
import { treeOfLayers } from '../ops/context.ts';
import { explainFiles, type PreparedCopy } from '../ops/copy/index.ts';
import { runCopy } from '../ops/copy-step.ts';
import { type ExecFailure, runExec } from '../ops/exec.ts';
import { runMkdir } from '../ops/mkdir.ts';
import type { CopyVertex, ExecVertex, MkdirVertex, Vertex } from '../types.ts';
import { failedStep } from './failed-step.ts';
import { copyParts, type KeyParts, keyOf, mkdirParts } from './key.ts';
import { readLastCopy, writeLastCopy } from './manifests.ts';
import { contentParts, definitionKey, prepareFromContext, prepareOnce, stepOf } from './probe.ts';
import { readyMounts } from './ready-mounts.ts';
import { slotOf } from './records.ts';
import type { SolveRun } from './run.ts';
import type { Solved } from './types.ts';

/** A vertex that makes a layer. */
export type StepVertex = ExecVertex | CopyVertex | MkdirVertex;

/** A step whose inputs are there. */
export interface Step {
  readonly key: Digest;
  readonly parts: KeyParts;
  /** The key by definition, where it differs: a copy from a step. */
  readonly definition?: Digest;
  /** What changed in the files copied since the step last ran. */
  readonly explainFiles: () => readonly string[];
  readonly run: () => Promise<LayerRecord>;
}

/** Whether solving a vertex makes a layer. */
export function makesLayer(vertex: Vertex): vertex is StepVertex {
  return vertex.kind === 'exec' || vertex.kind === 'copy' || vertex.kind === 'mkdir';
}

/** Makes a step ready on its solved inputs: the tree it changes and those it takes files from. */
export async function readyStep(
  run: SolveRun,
  vertex: StepVertex,
  input: Solved,
  others: readonly Solved[],
): Promise<Step> {
  if (vertex.kind === 'copy') return readyCopy(run, vertex, input, others[0]);
  if (vertex.kind === 'exec') return readyExec(run, vertex, input, others);
  const parts = mkdirParts(vertex, input.key);
  return { key: keyOf(parts), parts, explainFiles: () => [], run: mkdirWork(run, vertex, input.layers) };
}

async function readyExec(
  run: SolveRun,
  vertex: ExecVertex,
  input: Solved,
  origins: readonly Solved[],
): Promise<Step> {
  const { parts, trees, definition } = await readyMounts(run, vertex, input.key, origins);
  const onOutput = (stream: 'stdout' | 'stderr', data: Uint8Array): void =>
    run.progress.log(vertex, stream, data);
  const onFailure = (failure: ExecFailure): Promise<unknown> =>
    failedStep(run, { vertex, layers: input.layers, trees }, failure);
  const options = { onOutput, signal: run.signal, trees, onFailure };
  return {
    key: keyOf(parts),
    parts,
    ...(definition === undefined ? {} : { definition }),
    explainFiles: () => [],
    run: () => runExec(vertex, input.layers, run.services, options),
  };
}

function mkdirWork(
  run: SolveRun,
  vertex: MkdirVertex,
  layers: readonly LayerId[],
): () => Promise<LayerRecord> {
  return async () => runMkdir(vertex, layers, run.services.store);
}

async function readyCopy(
  run: SolveRun,
  vertex: CopyVertex,
  input: Solved,
  from: Solved | undefined,
): Promise<Step> {
  const { store } = run.services;
  const copy =
    stepOf(run, vertex) === undefined || from === undefined
      ? await prepareFromContext(run, vertex)
      : await prepareOnce(run, vertex, treeOfLayers(store, from.layers));
  const parts = contentParts(vertex, input.key, copy);
  return {
    key: keyOf(parts),
    parts,
    ...(from === undefined ? {} : { definition: definitionKey(vertex, input.key, from.key) }),
    explainFiles: () => describeFiles(run, vertex, copy),
    run: () => copyAndRemember(run, vertex, input.layers, copy),
  };
}

function describeFiles(run: SolveRun, vertex: CopyVertex, copy: PreparedCopy): readonly string[] {
  using last = readLastCopy(run.services.store, slotOf(run.services, vertex));
  if (last === undefined) return ['the files to copy changed'];
  const changes = explainFiles(last.manifest(), copy.manifest());
  return changes.map((change) => (/^(new|removed|and) /.test(change) ? change : `file ${change}`));
}

async function copyAndRemember(
  run: SolveRun,
  vertex: CopyVertex,
  layers: readonly LayerId[],
  copy: PreparedCopy,
): Promise<LayerRecord> {
  const { store } = run.services;
  const slot = slotOf(run.services, vertex);
  const form = keyOf(copyParts(vertex, '', {}));
  using last = run.options.noCache ? undefined : readLastCopy(store, slot);
  const previous = last?.form === form ? last : undefined;
  const layer = await runCopy(copy, layers, { store, lease: run.lease, previous, signal: run.signal });
  writeLastCopy(store, slot, { layer: layer.id, form, placement: copy.placement, manifest: copy.manifest });
  return layer;
}
