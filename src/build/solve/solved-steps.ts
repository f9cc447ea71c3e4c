// The keys of all steps of a solved graph, for caches that leave the store.

import type { VertexId } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import type { SolvedStep } from '../cache/index.ts';
import type { Vertex } from '../types.ts';
import { execDefinition, hasContentKey, mountOrigins } from './exec-mounts.ts';
import { vertexOf } from './graph.ts';
import { definitionKey, probe, stepOf } from './probe.ts';
import type { SolveRun } from './run.ts';
import { makesLayer, type StepVertex } from './step.ts';

/** Every step that makes a layer and whose key is known: each that ran or was found, and those below. */
export async function solvedSteps(run: SolveRun): Promise<readonly SolvedStep[]> {
  const steps = [...run.graph.vertices.values()].filter(makesLayer).map((vertex) => solvedStep(run, vertex));
  return (await Promise.all(steps)).filter((step) => step !== undefined);
}

async function solvedStep(run: SolveRun, vertex: StepVertex): Promise<SolvedStep | undefined> {
  const key = await finalKey(run, vertex.id);
  if (key === undefined) return undefined;
  const definition = await definitionOf(run, vertex);
  return { key, ...(definition === undefined ? {} : { definition }) };
}

/** The key as solving found it, which knows more than a look before. */
function finalKey(run: SolveRun, id: VertexId | undefined): Promise<Digest | undefined> {
  const solved = id === undefined ? undefined : run.solved.get(id);
  return solved === undefined ? unsolvedKey(run, id) : solved.then(({ key }) => key);
}

function unsolvedKey(run: SolveRun, id: VertexId | undefined): Promise<Digest | undefined> {
  const vertex = id === undefined ? undefined : vertexOf(run.graph, id);
  return vertex?.kind === 'config' ? finalKey(run, vertex.input) : probe(run, id);
}

async function definitionOf(run: SolveRun, vertex: StepVertex): Promise<Digest | undefined> {
  const others = originsOf(run, vertex);
  if (others === undefined) return undefined;
  const keys = await Promise.all([vertex.input, ...others].map((id) => finalKey(run, id)));
  const [input, ...from] = keys.filter((key) => key !== undefined);
  if (input === undefined || from.length !== others.length) return undefined;
  if (vertex.kind === 'exec') return execDefinition(vertex, input, from);
  return vertex.kind === 'copy' ? definitionKey(vertex, input, from[0] ?? '') : undefined;
}

/** The trees whose files count by content, so that the step has a key by definition too. */
function originsOf(run: SolveRun, vertex: Vertex): readonly (VertexId | undefined)[] | undefined {
  if (vertex.kind === 'exec') return hasContentKey(run.graph, vertex) ? mountOrigins(vertex) : undefined;
  const source = vertex.kind === 'copy' ? stepOf(run, vertex) : undefined;
  return source === undefined ? undefined : [source];
}
