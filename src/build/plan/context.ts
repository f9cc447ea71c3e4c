// Contexts as vertices: the build's own, one for all copies, and those with names.

import type { VertexId } from '../../core/index.ts';
import { familiarName, parseReference } from '../../oci/index.ts';
import type { VertexDefinition } from '../graph/index.ts';
import type { NamedContext } from '../named-context.ts';
import { withoutCredentials } from '../ops/http/index.ts';
import { addVertex, type Planning } from './state.ts';

/** A context whose files a vertex can bring: any but an image. */
export type FileContext = Exclude<NamedContext, { readonly kind: 'image' }>;

/** The vertex of the build's context; added when the first copy asks for it. */
export function contextVertex(planning: Planning): VertexId {
  const { context = { kind: 'local', name: 'context' } } = planning.options;
  const name = '[internal] load build context';
  const id = fileVertex(planning, context as FileContext, { name, slot: `${slotStem(planning)}|context` });
  if (id === undefined) throw new Error('The build has no context');
  return id;
}

/** The vertex of a context that stands for the image `reference`; undefined where it is empty. */
export function namedVertex(
  planning: Planning,
  reference: string,
  context: FileContext,
): VertexId | undefined {
  const shown = familiarName(parseReference(reference)).replace(/:latest$/, '');
  const place = { slot: `${slotStem(planning)}|context ${shown}` };
  return fileVertex(planning, context, { name: `[context ${shown}] ${describe(context)}`, ...place });
}

function slotStem({ options }: Planning): string {
  return options.dockerfile.name;
}

function describe(context: FileContext): string {
  if (context.kind === 'git') return `load git source ${withoutCredentials(context.source.remote)}`;
  return context.kind === 'http' ? withoutCredentials(context.url) : 'load from client';
}

function fileVertex(
  planning: Planning,
  context: FileContext,
  shown: Pick<VertexDefinition, 'name' | 'slot'>,
): VertexId | undefined {
  switch (context.kind) {
    case 'local':
      return addVertex(planning, { kind: 'context', ...shown, contextName: context.name });
    case 'git':
      return addVertex(planning, { kind: 'git', ...shown, ...context.source });
    case 'http': {
      const file = { url: context.url, fileName: 'context', checksum: undefined };
      return addVertex(planning, { kind: 'http', ...shown, ...file });
    }
    case 'tree':
      return addVertex(planning, { ...context, ...shown });
    case 'scratch':
      return undefined;
  }
}
