// Where a copy takes its files from: a build context, or the root file system of another step.

import { CaissonError } from '../../core/index.ts';
import type { LayerId, Store } from '../../store/index.ts';
import type { FileTree } from '../context/index.ts';
import type { BuildContext } from '../solve/types.ts';
import type { ContextVertex } from '../types.ts';

/** The context a vertex names. Throws `CONTEXT_NOT_FOUND`. */
export function contextOf(contexts: ReadonlyMap<string, BuildContext>, vertex: ContextVertex): BuildContext {
  const context = contexts.get(vertex.contextName);
  if (context !== undefined) return context;
  throw new CaissonError('CONTEXT_NOT_FOUND', `There is no build context named "${vertex.contextName}"`, {
    hint: `This build has: ${[...contexts.keys()].join(', ') || 'none'}.`,
    ...(vertex.location === undefined ? {} : { location: vertex.location }),
  });
}

/** The tree that a chain of layers (bottom first) makes. */
export function treeOfLayers(store: Store, layers: readonly LayerId[]): FileTree {
  return { kind: 'view', view: store.layers.view(layers) };
}
