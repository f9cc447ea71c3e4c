// The known name that a misspelt one is likely to mean, chosen as BuildKit chooses it.

import { distance } from '../../../grammar/index.ts';

/** Comparing takes time by the square of the length; no name that people write is longer. */
const longestCompared = 200;

/** The first of the names that are nearest to `written`, within two edits; case counts. */
export function nearestName(written: string, names: Iterable<string>): string | undefined {
  if (written.length > longestCompared) return undefined;
  let nearest: string | undefined;
  let least = 3;
  for (const name of names) {
    if (name === written) return undefined;
    if (Math.abs(name.length - written.length) >= least) continue;
    const edits = distance(written, name);
    if (edits >= least) continue;
    nearest = name;
    least = edits;
  }
  return nearest;
}

/** ` (did you mean …?)`, or nothing. */
export function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : ` (did you mean ${name}?)`;
}
