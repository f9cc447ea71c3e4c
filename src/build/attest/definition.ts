// The steps of a build as provenance lists them: in the shape that BuildKit gives its own (LLB as JSON).

import type { VertexId } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import { inputsOf, reachableFrom } from '../graph/index.ts';
import type { BuildGraph, Vertex } from '../types.ts';
import { opOf, platformOf } from './op.ts';

/** One step: what it does, and the outputs (`step0:0`) that it works on. */
export interface DefinitionStep {
  readonly id: string;
  readonly op: object;
  readonly inputs?: readonly string[];
}

/** The steps of a graph, each with its name. */
export interface Definition {
  readonly steps: readonly DefinitionStep[];
  /** Names (`step0`) by vertex; steps that only change the config have that of what they stand on. */
  readonly names: ReadonlyMap<VertexId, string>;
  readonly vertices: ReadonlyMap<VertexId, Vertex>;
}

/** The definition of what the graph's target needs; the last step only names the result. */
export function definitionOf({ target, vertices, image }: BuildGraph): Definition {
  const needed = reachableFrom(target, vertices);
  const names = new Map<VertexId, string>();
  const steps: DefinitionStep[] = [];
  for (const [id, vertex] of needed) {
    if (vertex.kind === 'config') {
      const name = vertex.input === undefined ? undefined : names.get(vertex.input);
      if (name !== undefined) names.set(id, name);
      continue;
    }
    const name = `step${steps.length}`;
    names.set(id, name);
    const op = { Op: opOf(vertex), ...platformOf(vertex, image.platform), constraints: {} };
    steps.push({ id: name, op, ...inputNames(vertex, names) });
  }
  const last = target === undefined ? undefined : names.get(target);
  const result = { id: `step${steps.length}`, op: { Op: {} }, ...(last ? { inputs: [`${last}:0`] } : {}) };
  return { steps: [...steps, result], names, vertices: needed };
}

/** The definition as a part of provenance. */
export function definitionParts({ steps, names, vertices }: Definition): {
  readonly llbDefinition: readonly DefinitionStep[];
  readonly digestMapping: Readonly<Record<Digest, string>>;
} {
  const own = [...names].filter(([id]) => vertices.get(id)?.kind !== 'config');
  return {
    llbDefinition: steps,
    digestMapping: Object.fromEntries(own.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function inputNames(vertex: Vertex, names: ReadonlyMap<VertexId, string>): Pick<DefinitionStep, 'inputs'> {
  const inputs = inputsOf(vertex).flatMap((id) => {
    const name = names.get(id);
    return name === undefined ? [] : [`${name}:0`];
  });
  return inputs.length === 0 ? {} : { inputs };
}
