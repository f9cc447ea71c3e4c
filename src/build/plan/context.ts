// The build's context folder as a vertex: one for all copies.

import type { VertexId } from '../../core/index.ts';
import { addVertex, type Planning } from './state.ts';

/** The vertex of the context folder; added when the first copy asks for it. */
export function contextVertex(planning: Planning): VertexId {
  return addVertex(planning, {
    kind: 'context',
    name: '[internal] load build context',
    slot: `${planning.options.dockerfile.name}|context`,
    contextName: 'context',
  });
}
