// Reading what exports wrote, by the formats' rules alone.

import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import {
  type Descriptor,
  type Digest,
  type ImageConfig,
  type Index,
  type Manifest,
  sha256,
  type TarEntry,
  TarReader,
} from '../../../src/oci/index.ts';
import { decompressed } from '../../../src/store/index.ts';

/** The files of a tar by name. */
export type Files = ReadonlyMap<string, Buffer>;

/** An image read from a layout. */
export interface ReadImage {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  /** Uncompressed tars, bottom first. */
  readonly layers: readonly Buffer[];
}

/** An image layout read whole. */
export interface Layout {
  readonly files: Files;
  readonly index: Index;
  /** The index of platforms, where the layout's entry is one. */
  readonly platforms: Index | undefined;
  readonly images: readonly ReadImage[];
}

/** The entries of a tar, and the contents of its files. */
export function readTar(bytes: Buffer): { readonly entries: readonly TarEntry[]; readonly files: Files } {
  const entries: TarEntry[] = [];
  const files = new Map<string, Buffer>();
  const parts: Buffer[] = [];
  const reader = new TarReader({
    entry(entry) {
      entries.push(entry);
      parts.length = 0;
    },
    data: (data) => void parts.push(Buffer.from(data)),
    end: () => {
      const entry = entries.at(-1);
      if (entry?.type === 'file') files.set(entry.name, Buffer.concat(parts));
    },
  });
  reader.push(bytes);
  reader.finish();
  return { entries, files };
}

/** Reads the layout in a tar. Throws where a blob has other bytes than its digest says, or a layer another diffID. */
export async function readLayout(path: string): Promise<Layout> {
  return layoutOf(readTar(readFileSync(path)).files);
}

/** Reads a layout given as files. */
export async function layoutOf(files: Files): Promise<Layout> {
  const index = JSON.parse(text(files, 'index.json')) as Index;
  const [root] = index.manifests;
  if (!root) throw new Error('The layout lists nothing');
  const platforms =
    root.mediaType.includes('index') || root.mediaType.includes('list')
      ? (JSON.parse(blob(files, root).toString()) as Index)
      : undefined;
  const images = await Promise.all((platforms?.manifests ?? [root]).map((entry) => readImage(files, entry)));
  return { files, index, platforms, images };
}

async function readImage(files: Files, descriptor: Descriptor): Promise<ReadImage> {
  const manifest = JSON.parse(blob(files, descriptor).toString()) as Manifest;
  const config = JSON.parse(blob(files, manifest.config).toString()) as ImageConfig;
  const layers = await Promise.all(manifest.layers.map((layer) => plain(blob(files, layer))));
  for (const [position, layer] of layers.entries())
    if (sha256(layer) !== config.rootfs.diff_ids[position])
      throw new Error(`Layer ${position} has another diffID`);
  return { descriptor, manifest, config, layers };
}

async function plain(bytes: Buffer): Promise<Buffer> {
  if (bytes.readUInt16BE(0) === 0x1f8b) return gunzipSync(bytes);
  const parts: Buffer[] = [];
  for await (const part of decompressed(Readable.from([bytes]), (cause) => cause as Error)) parts.push(part);
  return Buffer.concat(parts);
}

function blob(files: Files, { digest, size }: { readonly digest: Digest; readonly size: number }): Buffer {
  const bytes = files.get(`blobs/${digest.replace(':', '/')}`);
  if (!bytes) throw new Error(`Blob ${digest} is missing`);
  if (sha256(bytes) !== digest || bytes.length !== size)
    throw new Error(`Blob ${digest} is not what it says`);
  return bytes;
}

function text(files: Files, name: string): string {
  const bytes = files.get(name);
  if (!bytes) throw new Error(`"${name}" is missing`);
  return bytes.toString();
}
