// A context that is an image in an OCI layout: brought into the store, without a name there.

import { constants, copyFileSync, linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CaissonError, messageOf } from '../../core/index.ts';
import {
  type Descriptor,
  type Digest,
  hexOf,
  type Index,
  isDigest,
  isIndexType,
  type Manifest,
} from '../../oci/index.ts';
import type { NamedContext } from '../named-context.ts';
import type { SourceServices } from './types.ts';

/** Opens `FOLDER[:TAG][@DIGEST]`; `name` is the context's. Throws `CONTEXT_INVALID`, `CONTEXT_NOT_FOUND` and what loading an archive throws. */
export async function openLayout(
  text: string,
  name: string,
  services: SourceServices,
): Promise<NamedContext> {
  const { folder, tag, digest } = parse(text);
  const layout: Layout = { folder: resolve(folder), text };
  const descriptor = choose(layout, readJson<Index>(layout, 'index.json').manifests, tag, digest);
  if (services.store.images.find(descriptor.digest) === undefined) await load(layout, descriptor, services);
  return { kind: 'image', reference: `${name}@${descriptor.digest}`, digest: descriptor.digest };
}

interface Layout {
  readonly folder: string;
  /** As given, for messages. */
  readonly text: string;
}

function parse(text: string): { readonly folder: string; readonly tag?: string; readonly digest?: Digest } {
  const at = text.lastIndexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !isDigest(digest))
    throw new CaissonError('CONTEXT_INVALID', `"${digest}" in oci-layout://${text} is not a digest`, {
      hint: 'Write oci-layout://FOLDER:TAG or oci-layout://FOLDER@sha256:….',
    });
  const path = at < 0 ? text : text.slice(0, at);
  const [, folder = path, tag] = /^(.*):([\w][\w.-]*)$/s.exec(path) ?? [];
  return { folder, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

const refName = 'org.opencontainers.image.ref.name';

/** By digest, by tag, else the one tagged `latest`, else the only one. */
function choose(
  layout: Layout,
  entries: readonly Descriptor[] | undefined,
  tag: string | undefined,
  digest: Digest | undefined,
): Descriptor {
  const listed = Array.isArray(entries) ? entries : [];
  const tagged = (wanted: string) =>
    listed.find(({ annotations }) => {
      const given = annotations?.[refName];
      return given === wanted || given?.endsWith(`:${wanted}`);
    });
  const found =
    digest === undefined
      ? (tagged(tag ?? 'latest') ?? (tag === undefined && listed.length === 1 ? listed[0] : undefined))
      : listed.find((entry) => entry.digest === digest);
  if (found !== undefined && isDigest(found.digest)) return found;
  const names = listed.map(({ annotations, digest: id }) => annotations?.[refName] ?? id).join(', ');
  throw new CaissonError('CONTEXT_NOT_FOUND', `oci-layout://${layout.text} has no such image`, {
    hint: `It has ${names || 'none'}: name one behind the folder, as :TAG or @DIGEST.`,
  });
}

/** The image alone, in a layout of its own: what the folder's index says of names must not reach the store. */
async function load(layout: Layout, descriptor: Descriptor, services: SourceServices): Promise<void> {
  const { store, signal } = services;
  const draft = store.layers.draft();
  const staged = join(draft.work, 'layout');
  try {
    mkdirSync(staged);
    const { annotations: _, ...plain } = descriptor;
    writeFileSync(join(staged, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    writeFileSync(join(staged, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [plain] }));
    bring(layout, descriptor, staged, 0);
    await store.load(staged, { signal });
  } finally {
    await store.layers.discard(draft);
  }
}

const deepest = 4;

function bring(layout: Layout, { digest, mediaType }: Descriptor, staged: string, depth: number): void {
  const name = blobName(digest, layout);
  const source = join(layout.folder, name);
  if (depth > 0 && statSync(source, { throwIfNoEntry: false }) === undefined) return;
  link(source, join(staged, name), layout);
  if (depth > deepest) return;
  const content =
    isIndexType(mediaType) || depth === 0 ? readJson<Partial<Index & Manifest>>(layout, name) : undefined;
  const manifest =
    content ?? (isManifest(mediaType) ? readJson<Partial<Index & Manifest>>(layout, name) : {});
  const below = [
    ...(manifest.manifests ?? []),
    ...(manifest.config ? [manifest.config] : []),
    ...(manifest.layers ?? []),
  ];
  for (const blob of below) bring(layout, blob, staged, depth + 1);
}

function isManifest(mediaType: string): boolean {
  return mediaType.includes('manifest');
}

function blobName(digest: string, layout: Layout): string {
  if (isDigest(digest)) return `blobs/sha256/${hexOf(digest)}`;
  throw unreadable(layout, `"${digest}" is not a digest`);
}

/** What is linked or copied here is verified when it is loaded. */
function link(source: string, target: string, layout: Layout): void {
  mkdirSync(dirname(target), { recursive: true });
  try {
    linkSync(source, target);
  } catch {
    try {
      copyFileSync(source, target, constants.COPYFILE_FICLONE);
    } catch (cause) {
      throw unreadable(layout, messageOf(cause));
    }
  }
}

const largestJson = 8 << 20;

function readJson<T>(layout: Layout, name: string): T {
  const path = join(layout.folder, name);
  try {
    if (statSync(path).size > largestJson) throw new Error(`"${name}" is larger than ${largestJson} bytes`);
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (cause) {
    throw unreadable(layout, messageOf(cause));
  }
}

function unreadable({ text }: Layout, reason: string): CaissonError {
  return new CaissonError('CONTEXT_INVALID', `Cannot read the image layout oci-layout://${text}: ${reason}`, {
    hint: 'Give the folder that holds "oci-layout" and "index.json".',
  });
}
