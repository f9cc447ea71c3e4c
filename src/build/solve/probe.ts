// Keys as far as they can be known without running or unpacking anything.

import type { VertexId } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import type { FileTree } from '../context/index.ts';
import { contextOf, treeOfLayers } from '../ops/context.ts';
import { type PreparedCopy, prepareCopy } from '../ops/copy/index.ts';
import type { ContextVertex, CopyVertex, ExecVertex, MergeVertex, Vertex } from '../types.ts';
import { execDefinition, hasContentKey, mountOrigins } from './exec-mounts.ts';
import { vertexOf } from './graph.ts';
import { linkOf } from './imported.ts';
import {
  copyParts,
  emptyRootKey,
  execParts,
  imageKey,
  type KeyParts,
  keyOf,
  mergeKey,
  mkdirParts,
} from './key.ts';
import { scratchFolder } from './manifests.ts';
import { reported, type SolveRun } from './run.ts';
import { isSource, resolveSource, solveSource } from './source.ts';

/**
 * The key of a vertex, or undefined where it hangs on files of a step that has not run. Files of contexts are hashed for it,
 * files of steps never: a copy from a step is known by what it was copied from last time.
 */
export function probe(run: SolveRun, id: VertexId | undefined): Promise<Digest | undefined> {
  if (id === undefined) return Promise.resolve(emptyRootKey);
  const known = run.keys.get(id);
  if (known) return known;
  const coming = probeVertex(run, vertexOf(run.graph, id));
  run.keys.set(id, coming);
  return coming;
}

async function probeVertex(run: SolveRun, vertex: Vertex): Promise<Digest | undefined> {
  if (vertex.kind === 'image') return imageKey(vertex);
  if (vertex.kind === 'context') return undefined;
  if (isSource(vertex)) return (await resolveSource(run, vertex)).key;
  if (vertex.kind === 'copy') return probeCopy(run, vertex);
  if (vertex.kind === 'merge') return probeMerge(run, vertex);
  const input = await probe(run, vertex.input);
  if (input === undefined || vertex.kind === 'config') return input;
  if (vertex.kind === 'mkdir') return keyOf(mkdirParts(vertex, input));
  return probeExec(run, vertex, input);
}

async function probeMerge(run: SolveRun, vertex: MergeVertex): Promise<Digest | undefined> {
  const [input, layer] = await Promise.all([probe(run, vertex.input), probe(run, vertex.layer)]);
  return input && layer && mergeKey(input, layer);
}

async function probeExec(run: SolveRun, vertex: ExecVertex, input: Digest): Promise<Digest | undefined> {
  const keys = await Promise.all(mountOrigins(vertex).map((id) => probe(run, id)));
  if (!keys.every((key) => key !== undefined)) return undefined;
  if (!hasContentKey(run.graph, vertex)) return keyOf(execParts(vertex, input, keys));
  return linkOf(run, vertex, execDefinition(vertex, input, keys));
}

async function probeCopy(run: SolveRun, vertex: CopyVertex): Promise<Digest | undefined> {
  const source = stepOf(run, vertex);
  if (source === undefined) {
    const [input, copy] = await Promise.all([probe(run, vertex.input), prepareFromContext(run, vertex)]);
    return input && keyOf(contentParts(vertex, input, copy));
  }
  const [input, from] = await Promise.all([probe(run, vertex.input), probe(run, source)]);
  return input && from && linkOf(run, vertex, definitionKey(vertex, input, from));
}

/** The step or image a copy takes files from; undefined for a context or inline files. */
export function stepOf(run: SolveRun, vertex: CopyVertex): VertexId | undefined {
  if (vertex.from === undefined) return undefined;
  return vertexOf(run.graph, vertex.from).kind === 'context' ? undefined : vertex.from;
}

/** The parts of a copy's key by content: any step that gives the same files gives the same key. */
export function contentParts(vertex: CopyVertex, input: Digest, copy: PreparedCopy): KeyParts {
  return copyParts(vertex, input, { ...copy.parts, content: copy.key });
}

/** The key of a copy by where its files come from. */
export function definitionKey(vertex: CopyVertex, input: Digest, from: Digest): Digest {
  return keyOf(copyParts(vertex, input, { from }));
}

/** Chooses and hashes the files of a copy from a context, or of one whose files all stand in the Dockerfile. */
export function prepareFromContext(run: SolveRun, vertex: CopyVertex): Promise<PreparedCopy> {
  return reported(run, vertex, () => prepareTracked(run, vertex));
}

function prepareTracked(run: SolveRun, vertex: CopyVertex): Promise<PreparedCopy> {
  const source = vertex.from === undefined ? undefined : vertexOf(run.graph, vertex.from);
  if (source?.kind !== 'context') return prepareOnce(run, vertex, undefined);
  const context = contextOf(run.services.contexts, source);
  return tracked(run, source, () => prepareOnce(run, vertex, context.tree, context.indexFile));
}

/** Chooses and hashes the files of a copy; once a build. */
export function prepareOnce(
  run: SolveRun,
  vertex: CopyVertex,
  source: FileTree | undefined,
  indexFile?: string,
): Promise<PreparedCopy> {
  const known = run.copies.get(vertex.id);
  if (known) return known;
  const coming = fetchedTrees(run, vertex).then((fetched) =>
    prepareCopy(vertex, {
      source,
      fetched,
      signal: run.signal,
      scratch: scratchFolder(run.services.store),
      ...(indexFile === undefined ? {} : { indexFile }),
    }),
  );
  run.copies.set(vertex.id, coming);
  return coming;
}

/** The trees of sources that are fetched beside others. */
async function fetchedTrees(
  run: SolveRun,
  { fetched = [] }: CopyVertex,
): Promise<ReadonlyMap<number, FileTree>> {
  const trees = fetched.map(async ({ place, from }) => {
    const source = vertexOf(run.graph, from);
    if (!isSource(source)) throw new Error(`${source.name} is not fetched`);
    const { layers } = await solveSource(run, source);
    return [place, treeOfLayers(run.services.store, layers)] as const;
  });
  return new Map(await Promise.all(trees));
}

async function tracked<T>(run: SolveRun, vertex: ContextVertex, work: () => Promise<T>): Promise<T> {
  run.progress.started(vertex);
  const result = await work();
  run.progress.ended(vertex, 'done');
  return result;
}
