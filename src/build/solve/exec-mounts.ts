// How the trees that a process's mounts take files from count for its key: by the files that are used.

import type { VertexId } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import { type SourcedMount, sourcedMounts } from '../mounts.ts';
import type { ExecVertex, StepGraph } from '../types.ts';
import { vertexOf } from './graph.ts';
import { execParts, keyOf } from './key.ts';

type Vertices = Pick<StepGraph, 'vertices'>;

/** The vertices that the mounts of `vertex` take files from, in the mounts' order; undefined for an empty tree. */
export function mountOrigins(vertex: ExecVertex): readonly (VertexId | undefined)[] {
  return sourcedMounts(vertex.mounts ?? []).map(({ from }) => from);
}

/** Whether a mount counts by the content of its files, which must be hashed. A copy made for it has its content as key already, and so has a whole image. */
export function isKeyedByContent(graph: Vertices, mount: SourcedMount): boolean {
  const { from, source } = mount;
  if (from === undefined || (mount.kind === 'bind' && mount.copied)) return false;
  return source !== '/' || vertexOf(graph, from).kind !== 'image';
}

/** Whether the key of `vertex` is known only when files of other steps are hashed. */
export function hasContentKey(graph: Vertices, vertex: ExecVertex): boolean {
  return sourcedMounts(vertex.mounts ?? []).some((mount) => isKeyedByContent(graph, mount));
}

/** The key of such a process by where its mounts take their files from: `keys` are those of the {@link mountOrigins}. */
export function execDefinition(vertex: ExecVertex, input: Digest, keys: readonly Digest[]): Digest {
  return keyOf({ ...execParts(vertex, input, keys), by: 'definition' });
}
