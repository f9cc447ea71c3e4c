// The identity of a vertex: the digest of its definition, equal wherever the same step stands.

import { canonicalJson } from '../../oci/index.ts';
import type { Vertex } from '../types.ts';

type WithoutId<V> = V extends Vertex ? Omit<V, 'id'> : never;

/** A vertex that has no id yet. */
export type VertexDefinition = WithoutId<Vertex>;

/** What names a step or says where it stands, and what must not change its result, is no part of it. */
const apart = new Set([
  'id',
  'name',
  'slot',
  'location',
  'reference',
  'unkeyedEnv',
  'buildArgs',
  'shell',
  'noCache',
  'layers',
  'chainId',
]);

/** What a vertex's id is the SHA-256 of: canonical JSON of the fields that decide what it does, its inputs' ids among them. */
export function definitionText(definition: VertexDefinition): string {
  const parts = Object.entries(definition).filter(([field]) => !apart.has(field));
  return canonicalJson(Object.fromEntries(parts));
}
