// Says what changed between the files of two runs of one copy.

import { fromBytePath } from '../../../oci/index.ts';
import { type ManifestEntry, readManifest } from './manifest.ts';

/** So many changes are named; the rest is counted. */
const mostNamed = 10;

/** Lines like `src/a.c: content changed`, `src/b.c: mode 0644 → 0755`, `new file x`, `removed y`. */
export function explainFiles(previous: Buffer, current: Buffer): readonly string[] {
  const before = new Map<string, ManifestEntry>();
  for (const entry of readManifest(previous)) before.set(entry.path, entry);
  const lines: string[] = [];
  for (const entry of readManifest(current)) {
    const old = before.get(entry.path);
    before.delete(entry.path);
    const line = old === undefined ? `new ${entry.type} ${shown(entry)}` : changeOf(old, entry);
    if (line !== undefined) lines.push(line);
  }
  for (const gone of before.values()) lines.push(`removed ${shown(gone)}`);
  return lines.length <= mostNamed
    ? lines
    : [...lines.slice(0, mostNamed), `and ${lines.length - mostNamed} more changes`];
}

function shown({ path }: ManifestEntry): string {
  return path === '' ? '.' : fromBytePath(path);
}

function changeOf(old: ManifestEntry, now: ManifestEntry): string | undefined {
  const changes = differences(old, now);
  return changes.length === 0 ? undefined : `${shown(now)}: ${changes.join(', ')}`;
}

function differences(old: ManifestEntry, now: ManifestEntry): readonly string[] {
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
