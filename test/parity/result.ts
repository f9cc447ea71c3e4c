// What building a case gave, in the form in which it is compared and kept.

import { createHash } from 'node:crypto';
import type { Header } from 'tar-stream';
import { plainError } from '../build/exec/parity/case.ts';
import {
  type Detail,
  type ListedEntry,
  type ListedImage,
  readImageArchive,
} from '../fixtures/image-archive.ts';

/** An image, or the words of an error. */
export type ParityResult = ParityImage | { readonly error: string };

/** An image; the names of one file are told by `same`. */
export interface ParityImage extends Omit<ListedImage, 'files'> {
  readonly files: Readonly<Record<string, ListedEntry & { readonly same?: string }>>;
}

/** The first image of a docker-archive. */
export async function imageResult(archive: string, base: string): Promise<ParityImage> {
  const { files, ...rest } = await readImageArchive(archive, base, detail);
  const first = new Map<ListedEntry, string>();
  const named = Object.entries(files).map(([path, entry]) => {
    const same = first.get(entry);
    if (same === undefined) first.set(entry, path);
    return [path, same === undefined ? entry : { ...entry, same }];
  });
  return { ...rest, files: Object.fromEntries(named) };
}

/** The last line of what docker says, or the message of Caisson's error, without what is only a place. */
export function errorResult(message: string): ParityResult {
  const words = message.trim().replaceAll(mountedTree, '');
  return { error: plainError(words) };
}

/** Where BuildKit mounts what it copies to. */
const mountedTree = /\/\S*\/(overlay2\/\w+\/merged|cachemounts\/buildkit\d+)/g;

/** Texts that people can read are kept as they are. */
const readable = /^[\t\n\r\x20-\x7e]{0,400}$/;

/** Times after this one are the build's own. */
const recently = Date.parse('2025-01-01');

function detail(header: Header, content: Buffer): ReturnType<Detail> {
  const { type, mtime, devmajor, devminor } = header;
  // BuildKit gives folders of a context the time of its own copy, or not, depending on what it was sent before.
  const time =
    type !== 'directory' && mtime && mtime.getTime() < recently ? { mtime: mtime.getTime() / 1000 } : {};
  if (type === 'file') return { ...textOrDigest(content), ...time };
  if (type === 'character-device' || type === 'block-device')
    return { device: `${devmajor},${devminor}`, ...time };
  return time;
}

function textOrDigest(content: Buffer): ReturnType<Detail> {
  const text = content.toString('latin1');
  return readable.test(text) ? { text } : { sha256: createHash('sha256').update(content).digest('hex') };
}
