// The door of graph: the identity of vertices, what they need, and graphs as text.

export type { GraphFormat } from './format.ts';
export { formatGraph } from './format.ts';
export type { VertexDefinition } from './identity.ts';
export { definitionText } from './identity.ts';
export { inputsOf } from './inputs.ts';
export { reachableFrom } from './reachable.ts';
