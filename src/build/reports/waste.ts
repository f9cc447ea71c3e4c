// Bytes of a layer that a later one removed, replaced, or copied again, by the instructions to blame.

import type { LayerEntry } from '../../store/index.ts';
import { hashFile } from '../context/index.ts';
import { type Sums, sums } from './largest.ts';
import type { Waste, WasteKind } from './types.ts';

/** A file and the instruction that brought it. */
export interface Owned extends LayerEntry {
  readonly instruction: string;
}

/** Adds up waste. */
export interface WasteLedger {
  removed(files: readonly Owned[], by: string): void;
  hidden(before: Owned, after: Owned): void;
  /** Most bytes first. */
  result(): readonly Waste[];
}

/** Less than this is not worth a change of the Dockerfile. */
const leastBytes = 4096;
const shownPlaces = 3;

/** Opens a ledger. */
export function wasteLedger(): WasteLedger {
  const entries = new Map<string, Pick<Waste, 'kind' | 'instruction' | 'by'> & { readonly places: Sums }>();
  const note = (kind: WasteKind, file: Owned, by: string): void => {
    const key = JSON.stringify([kind, file.instruction, by]);
    const entry = entries.get(key) ?? { kind, instruction: file.instruction, by, places: sums() };
    entries.set(key, entry);
    entry.places.add(file.path, file.size);
  };
  return {
    removed(files, by) {
      for (const file of files) note('removed', file, by);
    },
    hidden(before, after) {
      note(isSame(before, after) ? 'copied again' : 'replaced', before, after.instruction);
    },
    result: () =>
      [...entries.values()]
        .map(({ places, ...entry }) => ({
          ...entry,
          ...places.total,
          largest: places.largest(shownPlaces),
          fix: fixOf(entry),
        }))
        .filter(({ bytes }) => bytes >= leastBytes)
        .sort((a, b) => b.bytes - a.bytes),
  };
}

/** Only owner, mode or times were changed: overlay layers copy the whole file for that. */
function isSame(before: Owned, after: Owned): boolean {
  return before.size === after.size && hashFile(before.source).digest.equals(hashFile(after.source).digest);
}

function fixOf({ kind, instruction, by }: Pick<Waste, 'kind' | 'instruction' | 'by'>): string {
  if (kind === 'copied again') {
    return /^(COPY|ADD) /.test(instruction)
      ? `Give owner and mode where the files come in: ${instruction.split(' ', 1)[0]} --chown=… --chmod=…`
      : 'Change owner and mode in the RUN that makes the files.';
  }
  if (kind === 'replaced')
    return 'Bring the files in once, in the form they are to have; or use a stage of its own and COPY --from it.';
  if (/^RUN /.test(instruction) && /^RUN /.test(by))
    return 'Delete them in the RUN that makes them, or keep them out of the layer with RUN --mount=type=cache or tmpfs.';
  return /^(COPY|ADD) /.test(instruction)
    ? 'Use RUN --mount=type=bind instead of copying them, or leave them out with .dockerignore.'
    : 'Make them in a stage of its own and COPY --from it only what is needed.';
}
