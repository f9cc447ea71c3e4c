// Says what changed between the files of two runs of one copy.

import { fromBytePath } from '../../../oci/index.ts';
import { differences, type Manifest } from './manifest.ts';
import type { ManifestEntry } from './record.ts';

/** So many changes are named; the rest is counted. */
const mostNamed = 10;
/** So many are held, to see that what is gone in one place came back in another. */
const mostHeld = 10_000;

/** Lines like `src/a.c: content changed`, `src/b.c: mode 0644 → 0755`, `new file x`, `removed y`. */
export function explainFiles(previous: Manifest, current: Manifest): readonly string[] {
  const changes = new Map<string, Change>();
  let more = 0;
  for (const { old, new: now } of differences(previous, current)) {
    if (changes.size >= mostHeld) more += 1;
    else {
      const found: Change = { ...(old ? { old: old.entry() } : {}), ...(now ? { now: now.entry() } : {}) };
      const path = found.now?.path ?? found.old?.path ?? '';
      changes.set(path, { ...changes.get(path), ...found });
    }
  }
  const lines = [...changes.values()].flatMap(lineOf);
  const rest = lines.length + more - mostNamed;
  return rest <= 0 ? lines : [...lines.slice(0, mostNamed), `and ${rest} more changes`];
}

interface Change {
  readonly old?: ManifestEntry;
  readonly now?: ManifestEntry;
}

function lineOf({ old, now }: Change): readonly string[] {
  if (now === undefined) return old === undefined ? [] : [`removed ${shown(old)}`];
  if (old === undefined) return [`new ${now.type} ${shown(now)}`];
  const changes = changesOf(old, now);
  return changes.length === 0 ? [] : [`${shown(now)}: ${changes.join(', ')}`];
}

function shown({ path }: ManifestEntry): string {
  return path === '' ? '.' : fromBytePath(path);
}

function changesOf(old: ManifestEntry, now: ManifestEntry): readonly string[] {
  if (old.type !== now.type) return [`${old.type} → ${now.type}`];
  return [
    ...(old.size === now.size && old.digest.equals(now.digest) ? [] : ['content changed']),
    ...(old.mode === now.mode ? [] : [`mode ${octal(old.mode)} → ${octal(now.mode)}`]),
    ...(old.uid === now.uid && old.gid === now.gid
      ? []
      : [`owner ${old.uid}:${old.gid} → ${now.uid}:${now.gid}`]),
    ...(old.text === now.text ? [] : [textChange(old, now)]),
  ];
}

function textChange(old: ManifestEntry, now: ManifestEntry): string {
  if (now.type === 'symlink') return `link target "${fromBytePath(old.text)}" → "${fromBytePath(now.text)}"`;
  return now.type === 'character' || now.type === 'block'
    ? 'device number changed'
    : 'extended attributes changed';
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
