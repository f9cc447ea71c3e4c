// The places that a number of files make large: the folders where the bytes come together.

import type { SizeLine } from './types.ts';

interface Place {
  bytes: number;
  files: number;
}

/** Adds up files by folder. */
export interface Sums {
  add(path: string, bytes: number): void;
  readonly total: Readonly<Place>;
  /** The most telling places, largest first; see {@link sums}. */
  largest(most: number): readonly SizeLine[];
}

/** A folder deeper than this counts as one place. */
const deepest = 6;
/** A place whose one child has nearly all of its bytes says less than that child. */
const nearlyAll = 0.9;

/**
 * Sums of files by folder. Of nested places the deepest that still has nearly all the bytes is shown, then those beside it:
 * `/usr/lib/jvm` rather than `/usr`.
 */
export function sums(): Sums {
  const places = new Map<string, Place>();
  const total = { bytes: 0, files: 0 };
  return {
    total,
    add(path, bytes) {
      count(total, bytes);
      for (const place of placesOf(path)) count(placeIn(places, place), bytes);
    },
    largest: (most) => choose(places, most),
  };
}

function count(place: Place, bytes: number): void {
  place.bytes += bytes;
  place.files += 1;
}

function placeIn(places: Map<string, Place>, path: string): Place {
  const known = places.get(path) ?? { bytes: 0, files: 0 };
  places.set(path, known);
  return known;
}

/** The folders above a file, and the file itself where it is not too deep. */
function placesOf(path: string): readonly string[] {
  const start = path.startsWith('/') ? 1 : 0;
  const parts = path.slice(start).split('/').slice(0, deepest);
  return parts.map((_, index) => path.slice(0, start) + parts.slice(0, index + 1).join('/'));
}

function choose(places: ReadonlyMap<string, Place>, most: number): readonly SizeLine[] {
  const sorted = [...places].map(([path, place]) => ({ path, ...place })).sort((a, b) => b.bytes - a.bytes);
  const telling = sorted.filter((place) => place.bytes > 0 && !hasHeir(place, sorted));
  const chosen: SizeLine[] = [];
  for (const place of telling) {
    if (chosen.length === most) break;
    if (!chosen.some(({ path }) => place.path.startsWith(`${path}/`) || path.startsWith(`${place.path}/`)))
      chosen.push(place);
  }
  return chosen;
}

function hasHeir(place: SizeLine, sorted: readonly SizeLine[]): boolean {
  return sorted.some(
    ({ path, bytes }) => bytes >= place.bytes * nearlyAll && path.startsWith(`${place.path}/`),
  );
}
