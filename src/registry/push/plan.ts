// What an image of the store consists of: its manifests, and for each of their blobs where the bytes come from.

import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { CaissonError } from '../../core/index.ts';
import {
  type Descriptor,
  type Digest,
  formatPlatform,
  type Index,
  type Manifest,
  mediaTypes,
} from '../../oci/index.ts';
import type {
  ImageRecord,
  IndexRecord,
  LayerId,
  Store,
  StreamCompression,
  StreamedLayer,
} from '../../store/index.ts';
import { isForeign } from '../foreign.ts';
import { skipped } from '../skip.ts';
import { attestedDigest } from './attestations.ts';
import { wantedCompression } from './compression.ts';
import type {
  PlannedAttestation,
  PlannedBlob,
  PlannedManifest,
  PushImageOptions,
  PushPlan,
} from './types.ts';

type PlanOptions = Pick<
  PushImageOptions,
  'platform' | 'compression' | 'forceCompression' | 'nondistributable'
>;

/** Plans the push of what a full name gives; undefined where it gives nothing. Throws `IMAGE_NOT_FOUND` of a platform, `IMAGE_INCOMPLETE`. */
export async function planPush(
  store: Store,
  name: string,
  options: PlanOptions,
): Promise<PushPlan | undefined> {
  const { platform } = options;
  const index = platform === undefined ? store.images.findIndex(name) : undefined;
  if (index) return planIndex(store, index, options);
  const image = store.images.find(name, platform);
  if (image) return planSingle(store, image, options);
  if (platform === undefined || !store.images.find(name)) return undefined;
  throw new CaissonError('IMAGE_NOT_FOUND', `"${name}" has no image for ${formatPlatform(platform)}`, {
    hint: `'caisson inspect ${name}' shows what it has.`,
  });
}

async function planSingle(store: Store, image: ImageRecord, options: PlanOptions): Promise<PushPlan> {
  return { manifests: [await planImage(store, image, options)], attestations: [], read: readerOf(store) };
}

/** Pulling brings one platform of several. */
function isWhole({ content }: Store, index: Buffer): boolean {
  const { manifests } = JSON.parse(index.toString()) as Index;
  return manifests.every(({ digest }) => content.has(digest));
}

async function planIndex(store: Store, index: IndexRecord, options: PlanOptions): Promise<PushPlan> {
  const images = new Map(index.images.map((image) => [image.manifestDigest, image]));
  const bytes = store.content.read(index.digest);
  const [first, second] = index.images;
  if (first && !second && !isWhole(store, bytes))
    return { ...(await planSingle(store, first, options)), partOf: index.digest };
  const { manifests, mediaType = mediaTypes.ociIndex } = JSON.parse(bytes.toString()) as Index;
  const planned: PlannedManifest[] = [];
  const attestations: PlannedAttestation[] = [];
  for (const listed of manifests) {
    const image = images.get(listed.digest);
    const subject = attestedDigest(listed);
    if (image) planned.push(await planImage(store, image, options));
    else if (subject === undefined) planned.push(planStored(store, listed));
    else attestations.push({ ...planStored(store, listed), subject });
  }
  return { manifests: planned, attestations, index: { mediaType, bytes }, read: readerOf(store) };
}

/** Statements list all that is in an image, and may be long. */
const longest = 64 << 20;

function readerOf({ content }: Store): PushPlan['read'] {
  return (digest) => content.read(digest, longest);
}

async function planImage(store: Store, image: ImageRecord, options: PlanOptions): Promise<PlannedManifest> {
  const { manifest, manifestDigest: digest, layers, config } = image;
  const known = store.blobSources.of(digest).length > 0;
  const planned = await Promise.all(
    manifest.layers.map((listed, position) =>
      planLayer(store, listed, layers[position], { ...options, known, id: config.rootfs.diff_ids[position] }),
    ),
  );
  const bytes = store.content.read(digest);
  const blobs = [storedBlob(store, manifest.config), ...planned];
  return { digest, mediaType: manifest.mediaType, bytes, blobs };
}

/** What is no image of the store, but whole in it. */
function planStored(store: Store, listed: Descriptor): PlannedManifest {
  const { digest, mediaType, platform } = listed;
  if (!store.content.has(digest))
    throw new CaissonError(
      'IMAGE_INCOMPLETE',
      `The image for ${platform ? formatPlatform(platform) : digest} is not in the store, but the index lists it`,
      { hint: 'Push one that is there with --platform, or pull the others first.' },
    );
  const bytes = store.content.read(digest);
  const { config, layers } = JSON.parse(bytes.toString()) as Manifest;
  return { digest, mediaType, bytes, blobs: [config, ...layers].map((blob) => storedBlob(store, blob)) };
}

interface LayerOptions extends PlanOptions {
  /** Whether the manifest is known to be in a registry: then it is pushed as it is. */
  readonly known: boolean;
  readonly id: Digest | undefined;
}

async function planLayer(
  store: Store,
  listed: Descriptor,
  layer: LayerId | undefined,
  options: LayerOptions,
): Promise<PlannedBlob> {
  const { id = listed.digest, nondistributable = false } = options;
  if (isForeign(listed) && !nondistributable) return { listed, id, source: { kind: 'foreign' } };
  const wanted = layer === undefined ? undefined : wantedCompression(listed.mediaType, options);
  if (layer !== undefined && wanted !== undefined)
    return { listed, id, source: { kind: 'made', layer: await madeLayer(store, layer, wanted, options) } };
  if (layer === undefined || store.content.has(listed.digest)) return { ...storedBlob(store, listed), id };
  if (listed.digest !== id) {
    const made = await madeLayer(store, layer, { kind: 'gzip' }, options);
    return { listed, id, source: { kind: 'absent', layer: made } };
  }
  // A layer that was built has its tar in its folder only.
  const plain = await store.layers.streamed(layer, { kind: 'uncompressed' });
  return {
    listed,
    id,
    source: { kind: 'stored', open: async (offset) => skipped(await plain.open(), offset) },
  };
}

/** Nobody asked for a level: bytes that were made before, else those that are made fast. At 1 they are a twentieth more than Docker's. */
async function madeLayer(
  { layers }: Store,
  layer: LayerId,
  wanted: StreamCompression,
  { compression }: PlanOptions,
): Promise<StreamedLayer> {
  const usual = await layers.streamed(layer, wanted);
  const fast = compression === undefined && usual.known === undefined;
  return fast ? layers.streamed(layer, { ...wanted, level: 1 }) : usual;
}

function storedBlob({ content }: Store, listed: Descriptor): PlannedBlob {
  const open = (start: number): Readable => {
    // Says in the store's words what is missing.
    if (!content.has(listed.digest)) return content.stream(listed.digest);
    return createReadStream(content.path(listed.digest), { start, highWaterMark: 1 << 20 });
  };
  return { listed, source: { kind: 'stored', open } };
}
