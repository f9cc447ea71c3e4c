// A prepared copy carried out into a layer of its own.

import { isCaissonError } from '../../core/index.ts';
import type { LayerId, LayerRecord, Lease, Store } from '../../store/index.ts';
import { executeCopy, type PreparedCopy, type PreviousCopy } from './copy/index.ts';
import { inDraft } from './draft.ts';

/** What carrying out a copy needs. */
export interface CopyStepOptions {
  readonly store: Store;
  readonly lease: Lease;
  /** The layer this step gave last time, if its files were laid out the same way. */
  readonly previous: (Omit<PreviousCopy, 'folder'> & { readonly layer: LayerId }) | undefined;
  readonly signal: AbortSignal;
}

/** Copies onto the tree of `layers` (bottom first) and keeps what was written as a layer. */
export function runCopy(
  copy: PreparedCopy,
  layers: readonly LayerId[],
  options: CopyStepOptions,
): Promise<LayerRecord> {
  const { store, signal } = options;
  const previous = openPrevious(options);
  return inDraft(store, async (draft) => {
    const base = layers.length > 0 ? store.layers.view(layers) : undefined;
    const result = await executeCopy(copy, { base, draft, signal, ...(previous ? { previous } : {}) });
    return result.diff;
  });
}

/** Held first, so that its files stay while they are linked; one already collected is no use. */
function openPrevious({ store, lease, previous }: CopyStepOptions): PreviousCopy | undefined {
  if (previous === undefined) return undefined;
  try {
    lease.hold([previous.layer]);
  } catch (error) {
    if (isCaissonError(error, 'LAYER_NOT_FOUND')) return undefined;
    throw error;
  }
  const [folder] = store.layers.driver.lower([previous.layer]);
  return folder === undefined ? undefined : { ...previous, folder };
}
