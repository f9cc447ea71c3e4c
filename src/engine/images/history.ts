// An image's history, each entry with the size of its layer.

import type { ImageRecord, Store } from '../../store/index.ts';
import type { HistoryLine } from '../types.ts';

/** The lines, newest first; the newest carries the image's id. */
export function historyLines(store: Store, image: ImageRecord): readonly HistoryLine[] {
  const sizes = image.layers.map(
    (id) => store.layers.get(id)?.usage ?? store.layers.get(id)?.diff?.size ?? 0,
  );
  let layer = 0;
  const lines = (image.config.history ?? []).map(
    ({ created, created_by = '', comment = '', empty_layer = false }) => ({
      id: undefined,
      created,
      createdBy: created_by,
      comment,
      size: empty_layer ? 0 : (sizes[layer++] ?? 0),
    }),
  );
  return lines.toReversed().map((line, index) => (index === 0 ? { ...line, id: image.id } : line));
}
