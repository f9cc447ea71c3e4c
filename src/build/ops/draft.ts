// The life of a layer being made: kept when the work succeeded, gone when it failed.

import type { LayerDiff, LayerDraft, LayerRecord, Store } from '../../store/index.ts';

/** Lets `work` fill a draft and keeps it as a layer; `work` gives the layer's digest if it knows it. A failure leaves no draft. */
export async function inDraft(
  store: Store,
  work: (draft: LayerDraft) => Promise<LayerDiff | undefined> | LayerDiff | undefined,
): Promise<LayerRecord> {
  const draft = store.layers.draft();
  try {
    const known = await work(draft);
    return store.layers.keep(draft, known);
  } catch (error) {
    await store.layers.discard(draft);
    throw error;
  }
}
