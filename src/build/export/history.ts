// The history of a built image: which entries have layers and when each was made, by BuildKit's rules.

import { CaissonError } from '../../core/index.ts';
import type { HistoryEntry } from '../../oci/index.ts';
import type { ImageTemplate } from '../types.ts';
import { clampTime } from './timestamp.ts';

/** A history entry whose time may not be known yet. */
type Entry = HistoryEntry;

/**
 * The whole history, base first. `created` holds the times (RFC 3339) of all layers, bottom first; an entry without a layer
 * takes the time of the layer below it, or of the first new layer where there is none.
 */
export function completeHistory(
  template: ImageTemplate,
  created: readonly string[],
  epoch?: number,
): readonly HistoryEntry[] {
  const entries = [...baseHistory(template, created), ...template.history.map(withoutVertex)];
  const timed = fillEmptyEntries(timeLayers(entries, created));
  return timed.map((entry) => inOrder(entry, clampTime(entry.created, epoch)));
}

/** The base's own entries, made up for layers that its history does not mention. */
function baseHistory(template: ImageTemplate, created: readonly string[]): readonly Entry[] {
  const entries = template.base?.history ?? [];
  const layers = template.base?.rootfs.diff_ids.length ?? 0;
  const described = entries.filter((entry) => entry.empty_layer !== true).length;
  if (described > layers)
    throw new CaissonError(
      'IMAGE_INVALID',
      `The base image's history has ${described} entries with layers, its root file system ${layers}`,
      { hint: 'Import or pull the base image again.' },
    );
  const missing = created
    .slice(described, layers)
    .map((time) => ({ created: time, comment: 'imported layer' }));
  return [...entries, ...missing];
}

function withoutVertex({ vertex, ...entry }: ImageTemplate['history'][number]): Entry {
  return vertex === undefined ? { ...entry, empty_layer: true } : entry;
}

function timeLayers(entries: readonly Entry[], created: readonly string[]): readonly Entry[] {
  let layer = 0;
  return entries.map((entry) => {
    if (entry.empty_layer === true) return entry;
    const time = created[layer++];
    return entry.created === undefined && time !== undefined ? { ...entry, created: time } : entry;
  });
}

function fillEmptyEntries(entries: readonly Entry[]): readonly Entry[] {
  const firstOpen = entries.findIndex((entry) => entry.created === undefined);
  if (firstOpen === -1) return entries;
  const firstNew = entries.slice(firstOpen).find((entry) => entry.created !== undefined);
  let last = (firstNew ?? entries[firstOpen - 1])?.created;
  let inNew = false;
  return entries.map((entry, index) => {
    inNew ||= index >= firstOpen;
    if (entry.created !== undefined) {
      if (inNew) last = entry.created;
      return entry;
    }
    return last === undefined ? entry : { ...entry, created: last };
  });
}

function inOrder(entry: Entry, created: string | undefined): HistoryEntry {
  return {
    ...(created === undefined ? {} : { created }),
    ...(entry.created_by ? { created_by: entry.created_by } : {}),
    ...(entry.author ? { author: entry.author } : {}),
    ...(entry.comment ? { comment: entry.comment } : {}),
    ...(entry.empty_layer ? { empty_layer: true } : {}),
  };
}
