// "Did you mean": the known name nearest to a written one.

/** The nearest name within two edits, compared without case; none when nothing is near. */
export function suggest(written: string, names: readonly string[]): string | undefined {
  if (written.length > 40) return undefined;
  let nearest: string | undefined;
  let least = 3;
  for (const name of names) {
    if (Math.abs(name.length - written.length) > 2) continue;
    const edits = distance(written.toLowerCase(), name.toLowerCase());
    const farness = edits - sameStart(written, name);
    if (edits < 3 && edits < name.length && farness < least) {
      least = farness;
      nearest = written === written.toUpperCase() ? name.toUpperCase() : name;
    }
  }
  return nearest;
}

// Of two names equally far, the one that begins alike is meant.
function sameStart(written: string, name: string): number {
  return written.charAt(0).toLowerCase() === name.charAt(0).toLowerCase() ? 0.5 : 0;
}

/** Levenshtein's distance: insertions, deletions and replacements of one character. */
export function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
