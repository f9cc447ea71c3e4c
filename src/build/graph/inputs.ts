// What a vertex needs before it can be solved.

import type { VertexId } from '../../core/index.ts';
import { sourcedMounts } from '../mounts.ts';
import type { VertexDefinition } from './identity.ts';

/** The ids of the vertices whose results `vertex` uses, the one it stands on first. */
export function inputsOf(vertex: VertexDefinition): readonly VertexId[] {
  switch (vertex.kind) {
    case 'image':
    case 'context':
    case 'http':
    case 'git':
    case 'tree':
      return [];
    case 'exec':
      return present(vertex.input, ...sourcedMounts(vertex.mounts ?? []).map(({ from }) => from));
    case 'copy':
      return present(vertex.input, vertex.from, ...(vertex.fetched ?? []).map(({ from }) => from));
    case 'merge':
      return present(vertex.input, vertex.layer);
    default:
      return present(vertex.input);
  }
}

function present(...ids: readonly (VertexId | undefined)[]): readonly VertexId[] {
  return ids.filter((id) => id !== undefined);
}
