// Results and links of caches outside of the store, for what the store does not have.

import type { Digest } from '../../oci/index.ts';
import type { LayerId } from '../../store/index.ts';
import type { Vertex } from '../types.ts';
import { findLink, findResult, recordLink, recordResult } from './records.ts';
import type { SolveRun } from './run.ts';

/** Brings the result of `key` and remembers it as an own one; undefined where no cache has it. */
export async function bringResult(
  run: SolveRun,
  vertex: Vertex,
  key: Digest,
): Promise<readonly LayerId[] | undefined> {
  const { imports } = run.services;
  if (imports?.find(key) === undefined) return undefined;
  run.progress.started(vertex);
  const result = await imports.bring(key);
  if (result === undefined) return undefined;
  recordResult(run.services, vertex, { key, parts: result.parts, layers: result.layers });
  if (run.options.explain) run.progress.found(vertex, result.from);
  return result.layers;
}

/** Whether a result is there, or could be brought. */
export function isKnown({ services: { store, imports } }: SolveRun, key: Digest): boolean {
  return findResult(store, key) !== undefined || imports?.find(key) !== undefined;
}

/** The key by content of a definition: the store's own, unless only another cache's has a result. */
export function linkOf(run: SolveRun, vertex: Vertex, definition: Digest): Digest | undefined {
  const { store, imports } = run.services;
  const own = findLink(store, definition);
  if (imports === undefined || (own !== undefined && isKnown(run, own))) return own;
  const linked = imports.link(definition);
  if (linked === undefined) return own;
  recordLink(run.services, vertex, definition, linked);
  return linked;
}
