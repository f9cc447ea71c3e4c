// The identity of a vertex: the digest of its definition, equal wherever the same step stands.

import type { VertexId } from '../../core/index.ts';
import { canonicalJson, sha256 } from '../../oci/index.ts';
import type { Vertex } from '../types.ts';

type WithoutId<V> = V extends Vertex ? Omit<V, 'id'> : never;

/** A vertex that has no id yet. */
export type VertexDefinition = WithoutId<Vertex>;

/** What names a step or says where it stands, and what must not change its result, is no part of it. */
const apart = new Set(['id', 'name', 'slot', 'location', 'reference', 'unkeyedEnv', 'buildArgs']);

/** The digest over the fields that decide what the vertex does, its inputs' ids among them. */
export function vertexId(definition: VertexDefinition): VertexId {
  return sha256(definitionText(definition));
}

/** What the digest is taken of: canonical JSON of the fields that count. */
export function definitionText(definition: VertexDefinition): string {
  const parts = Object.entries(definition).filter(([field]) => !apart.has(field));
  return canonicalJson(Object.fromEntries(parts));
}
