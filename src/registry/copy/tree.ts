// All that belongs to an image: the manifests below its root, their blobs, and what refers to them.

import { CaissonError } from '../../core/index.ts';
import type { Descriptor, Digest } from '../../oci/index.ts';
import type { RequestOptions } from '../types.ts';
import { parseManifest } from './parse.ts';
import type { ImageSource, ManifestBytes } from './types.ts';

/** An image or index with all below it. */
export interface CopiedTree {
  readonly root: ManifestBytes;
  /** Manifests, each after those that it lists. */
  readonly below: readonly ManifestBytes[];
  /** In the order of the manifests; one that several list comes more than once. */
  readonly blobs: readonly Descriptor[];
}

const mostManifests = 2000;
const deepestNesting = 4;

interface Walk extends RequestOptions {
  readonly source: ImageSource;
  /** Children first, by digest: one that several indexes list is read once. */
  readonly found: Map<Digest, ManifestBytes>;
  readonly blobs: Descriptor[];
  budget: number;
}

/** Reads all manifests below `root`. Throws `MANIFEST_INVALID` for trees that are too deep or too large. */
export async function readTree(
  source: ImageSource,
  root: ManifestBytes,
  { signal }: RequestOptions,
): Promise<CopiedTree> {
  const walk: Walk = { source, signal, found: new Map(), blobs: [], budget: mostManifests };
  await visit(walk, root, 0);
  walk.found.delete(root.descriptor.digest);
  return { root, below: [...walk.found.values()], blobs: walk.blobs };
}

/** What refers to any manifest of a tree, and what refers to that. */
export async function readReferrers(
  source: ImageSource,
  { root, below }: CopiedTree,
  { signal }: RequestOptions,
): Promise<readonly CopiedTree[]> {
  const seen = new Set([root, ...below].map(({ descriptor }) => descriptor.digest));
  const trees: CopiedTree[] = [];
  let subjects: readonly Digest[] = [...seen];
  for (let depth = 0; subjects.length > 0; depth++) {
    if (depth > deepestNesting) throw tooDeep();
    const next: Digest[] = [];
    for (const subject of subjects)
      for (const descriptor of await source.referrers(subject, { signal })) {
        if (seen.has(descriptor.digest)) continue;
        if (seen.size > mostManifests) throw tooMany();
        seen.add(descriptor.digest);
        next.push(descriptor.digest);
        const bytes = await source.manifest(descriptor, { signal });
        trees.push(await readTree(source, { descriptor, bytes }, { signal }));
      }
    subjects = next;
  }
  return trees;
}

async function visit(walk: Walk, manifest: ManifestBytes, depth: number): Promise<void> {
  if (walk.budget-- <= 0) throw tooMany();
  if (depth > deepestNesting) throw tooDeep();
  const { digest } = manifest.descriptor;
  if (walk.found.has(digest)) return;
  const parsed = parseManifest(manifest);
  if (parsed.kind === 'manifest') walk.blobs.push(parsed.manifest.config, ...parsed.manifest.layers);
  else
    for (const descriptor of parsed.index.manifests) {
      if (walk.found.has(descriptor.digest)) continue;
      const bytes = await walk.source.manifest(descriptor, walk);
      await visit(walk, { descriptor, bytes }, depth + 1);
    }
  walk.found.set(digest, manifest);
}

function tooMany(): CaissonError {
  return new CaissonError('MANIFEST_INVALID', `The image has more than ${mostManifests} manifests`, {
    hint: 'Copy its platforms one by one with --platform.',
  });
}

function tooDeep(): CaissonError {
  return new CaissonError(
    'MANIFEST_INVALID',
    `The image has manifests nested more than ${deepestNesting} deep`,
  );
}
