// A case on disk, and the form in which its result is compared.

import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { TreeView } from '../../../../src/store/index.ts';
import { contextFiles, type ExecCase } from './cases.ts';

/** What building a case gave. */
export interface ExecResult {
  /** What the steps wrote. */
  readonly log?: readonly string[];
  /** Every entry of the root: path, type, mode, owner, and a digest, target or nothing. */
  readonly tree?: readonly string[];
  readonly history?: readonly string[];
  readonly config?: unknown;
  readonly error?: string;
}

const base = `FROM scratch AS base
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
`;

/** The Dockerfile of a case. */
export function dockerfileOf({ text }: ExecCase): string {
  return `${base}${text}\n`;
}

/** Writes the context of the cases. */
export function writeContext(folder: string): void {
  for (const [name, text] of Object.entries(contextFiles)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o644 });
  }
  copyFileSync('/usr/bin/busybox', join(folder, 'busybox'));
  chmodSync(join(folder, 'busybox'), 0o755);
}

/** The entries of a folder of this machine. */
export function listFolder(root: string, path = ''): readonly string[] {
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => {
      const inside = `${path}/${name}`;
      const file = join(root, inside);
      const stats = lstatSync(file);
      const kind = stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'symlink' : 'file';
      const more =
        kind === 'symlink' ? readlinkSync(file) : kind === 'file' ? digest(readFileSync(file)) : '';
      const line = entry(inside, kind, stats, more);
      return kind === 'directory' ? [line, ...listFolder(root, inside)] : [line];
    });
}

/** The entries of an image's layers. */
export function listView(view: TreeView, path = ''): readonly string[] {
  return [...view.list(path || '/')].sort().flatMap((name) => {
    const inside = `${path}/${name}`;
    const found = view.lstat(inside);
    if (found === undefined) return [];
    const more = found.type === 'file' ? digest(readFileSync(found.source)) : (found.linkTarget ?? '');
    const line = entry(inside, found.type, found, more);
    return found.type === 'directory' ? [line, ...listView(view, inside)] : [line];
  });
}

function entry(
  path: string,
  kind: string,
  { mode, uid, gid }: { readonly mode: number; readonly uid: number; readonly gid: number },
  more: string,
): string {
  return `${path} ${kind} ${(mode & 0o7777).toString(8)} ${uid}:${gid} ${more}`.trim();
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12);
}

/** The words of an error that tools look for: without ids, and without where it happened. */
export function plainError(message: string): string {
  return message
    .replace(/^(ERROR: )?(failed to build: )?(failed to solve: )?/, '')
    .replace(/ of ref \S+::\S+:/, ':')
    .replace('failed to load LLB: ', '')
    .replace(/^dockerfile parse error on line \d+: /, '');
}

/** The busybox of another machine is another file. */
export function withoutBusybox(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !line.startsWith('/bin/'));
}
