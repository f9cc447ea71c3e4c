// Which steps run whatever the cache holds, and which cannot be looked up before their inputs are solved.

import type { VertexId } from '../../core/index.ts';
import { inputsOf } from '../graph/index.ts';
import type { StepGraph } from '../types.ts';

/** The steps that the cache does not answer for. */
export interface Uncached {
  /** They run: asked for, or on top of a step that runs. */
  readonly reruns: ReadonlySet<VertexId>;
  /** Their keys hang on what such steps give this time. */
  readonly unknown: ReadonlySet<VertexId>;
}

/** Follows `--no-cache` (`all`) and `--no-cache-filter` through the graph, whose vertices come after their inputs. */
export function uncachedSteps({ vertices }: Pick<StepGraph, 'vertices'>, all: boolean): Uncached {
  const reruns = new Set<VertexId>();
  const unknown = new Set<VertexId>();
  for (const vertex of vertices.values()) {
    const input = 'input' in vertex ? vertex.input : undefined;
    if (all || vertex.noCache || (input !== undefined && reruns.has(input))) reruns.add(vertex.id);
    if (reruns.has(vertex.id) || inputsOf(vertex).some((id) => unknown.has(id))) unknown.add(vertex.id);
  }
  return { reruns, unknown };
}
