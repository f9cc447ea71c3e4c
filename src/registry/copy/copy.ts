// Copying an image from one place to another: its manifests are read, its blobs moved, its manifests written, its name last.

import { CaissonError } from '../../core/index.ts';
import { type Descriptor, isIndexType } from '../../oci/index.ts';
import { eachOf } from '../each.ts';
import { isForeign } from '../foreign.ts';
import { asVertex, planVertices } from '../pull/index.ts';
import type { BlobPush } from '../types.ts';
import { chooseRoot, readBlob } from './choose.ts';
import { converted } from './convert.ts';
import { pressed } from './press.ts';
import { type CopiedTree, readReferrers, readTree } from './tree.ts';
import type { CopyOptions, CopyResult, ImageSource, ImageTarget, ManifestBytes } from './types.ts';
import { verifiedSource } from './verified.ts';

/** Blobs that are moved at once. */
const atOnce = 6;

/**
 * Copies what `source` gives to `target`. Throws `PLATFORM_NOT_FOUND`, `MANIFEST_INVALID`, `DIGEST_MISMATCH`,
 * `DIGEST_WOULD_CHANGE`, `REFERRERS_UNSUPPORTED`, and what the two places throw.
 */
export async function copyImage(
  source: ImageSource,
  target: ImageTarget,
  options: CopyOptions,
): Promise<CopyResult> {
  if (options.referrers && !target.keepsReferrers) throw keepsNone(target);
  const given = verifiedSource(source);
  const tree = await readTree(given, await chooseRoot(given, options), options);
  const refers = options.referrers ? await readReferrers(given, tree, options) : [];
  const { tree: result, source: from } = await formed(given, tree, options);
  if (options.preserveDigests || refers.length > 0) checkDigests(tree, result);
  await target.expect?.([...result.below, result.root], {
    read: (blob) => readBlob(from, blob, options),
    repositoryOf: (blob) => from.repositoryOf?.(blob),
  });
  // What checks digests itself need not be given checked bytes.
  const blobs = await moveBlobs(
    target.verifiesBlobs && from === given ? source : from,
    target,
    [...result.blobs, ...refers.flatMap((each) => each.blobs)],
    options,
  );
  const manifests = [...result.below, ...refers.flatMap(({ root, below }) => [...below, root])];
  await putManifests(target, manifests, options);
  options.signal.throwIfAborted();
  await target.finish(result.root, options);
  return { descriptor: result.root.descriptor, manifests: manifests.length + 1, ...blobs };
}

/** The image in the form that is asked for, and what has its blobs. */
async function formed(
  source: ImageSource,
  tree: CopiedTree,
  options: CopyOptions,
): Promise<{ readonly tree: CopiedTree; readonly source: ImageSource }> {
  const { format, press } = options;
  const given = format ? converted(tree, format) : tree;
  return press ? await pressed(source, given, press, options) : { tree: given, source };
}

/** Images in any order, then indexes, each after those that it lists. */
async function putManifests(
  target: ImageTarget,
  manifests: readonly ManifestBytes[],
  options: CopyOptions,
): Promise<void> {
  const isIndex = ({ descriptor }: ManifestBytes): boolean => isIndexType(descriptor.mediaType);
  const images = manifests.filter((manifest) => !isIndex(manifest));
  await eachOf(images, atOnce, options.signal, (manifest, signal) =>
    target.putManifest(manifest, { signal }),
  );
  for (const index of manifests.filter(isIndex)) await target.putManifest(index, options);
}

async function moveBlobs(
  source: ImageSource,
  target: ImageTarget,
  listed: CopiedTree['blobs'],
  options: CopyOptions,
): Promise<Pick<CopyResult, 'blobs' | 'bytes'>> {
  const takesAll = options.nondistributable || !target.allowsForeignLayers;
  const blobs = distinct(listed).filter((blob) => takesAll || !isForeign(blob));
  const count: Record<BlobPush, number> = { exists: 0, mounted: 0, uploaded: 0 };
  let bytes = 0;
  planVertices(blobs.map(vertexOf), options);
  await eachOf(blobs, atOnce, options.signal, async (descriptor, signal) => {
    const from = source.repositoryOf?.(descriptor);
    const push = await asVertex(
      vertexOf(descriptor),
      options,
      (progress) =>
        target.putBlob(
          { descriptor, open: (offset) => source.blob(descriptor, { signal, offset }) },
          {
            origin: source.name,
            signal,
            onProgress: (taken) => progress('copying', taken, descriptor.size),
            ...(from ? { from } : {}),
          },
        ),
      (done) => done !== 'uploaded',
    );
    count[push] += 1;
    if (push === 'uploaded') bytes += descriptor.size;
  });
  return { blobs: count, bytes };
}

function vertexOf({ digest }: Descriptor): string {
  return `copying ${digest}`;
}

function distinct(blobs: CopiedTree['blobs']): CopiedTree['blobs'] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

function checkDigests({ root }: CopiedTree, result: CopiedTree): void {
  const { digest } = result.root.descriptor;
  if (digest === root.descriptor.digest) return;
  throw new CaissonError(
    'DIGEST_WOULD_CHANGE',
    `In the form that is asked for the digest "${root.descriptor.digest}" would become "${digest}"`,
    { hint: 'Leave out --format and --dest-compress-format, or --preserve-digests and --referrers.' },
  );
}

function keepsNone({ name }: ImageTarget): CaissonError {
  return new CaissonError('REFERRERS_UNSUPPORTED', `"${name}" cannot keep what refers to an image`, {
    hint: 'Copy to a registry or an OCI layout, or leave out --referrers.',
  });
}
