// The image of a build as bytes: configs, manifests, the index of several platforms, and where the layers' bytes are.

import { CaissonError } from '../../core/index.ts';
import { type Descriptor, type Digest, type Platform, sha256 } from '../../oci/index.ts';
import type { LayerBlob, LayerForm, LayerId, Store } from '../../store/index.ts';
import { annotationsAt } from './annotations.ts';
import { type AttachedManifest, attachTo } from './attached.ts';
import { imageConfigBytes } from './config.ts';
import { completeHistory } from './history.ts';
import { blobOf, descriptorOf, indexBytes, indexType, manifestBytes, manifestType } from './manifest.ts';
import { squash } from './squash.ts';
import { rfc3339Nano } from './timestamp.ts';
import type { BuildOutcome, BuiltPlatform, ImageForm } from './types.ts';

/** An image ready to be written anywhere. */
export interface PreparedImage {
  /** Of the index where there is one, else of the only manifest. */
  readonly root: Descriptor;
  readonly platforms: readonly PreparedPlatform[];
  readonly index: Buffer | undefined;
  /** What is said of the platforms' images, in their order. */
  readonly attached: readonly AttachedManifest[];
}

/** One platform's part of an image. */
export interface PreparedPlatform {
  readonly platform: Platform;
  /** Of the manifest; as the index lists it where there is one. */
  readonly descriptor: Descriptor;
  readonly manifest: Buffer;
  readonly config: Buffer;
  readonly imageId: Digest;
  /** RFC 3339. */
  readonly created: string | undefined;
  /** Bottom first, as the manifest lists them. */
  readonly layers: readonly PreparedLayer[];
}

/** A layer: its bytes, and the layer of the store that they come from. */
export interface PreparedLayer {
  readonly id: LayerId;
  readonly blob: LayerBlob;
}

/** Makes the image that `form` asks for; compresses what is not in that form yet. Nothing is recorded. */
export async function prepareImage(
  outcome: BuildOutcome,
  form: ImageForm,
  store: Store,
): Promise<PreparedImage> {
  const { attestations = [] } = outcome;
  const indexed = outcome.platforms.length > 1 || attestations.length > 0;
  const platforms: PreparedPlatform[] = [];
  for (const built of outcome.platforms)
    platforms.push(await preparePlatform(built, outcome, form, store, indexed));
  const [only] = platforms;
  if (!indexed) refuseIndexAnnotations(form);
  if (only !== undefined && !indexed)
    return { root: only.descriptor, platforms, index: undefined, attached: [] };
  const { annotations, ociMediaTypes: oci } = form;
  const attached = await attachTo(platforms, attestations, form);
  const index = indexBytes(
    oci,
    [...platforms, ...attached].map(({ descriptor }) => descriptor),
    annotationsAt(annotations, 'index'),
  );
  const root = descriptorOf(indexType(oci), blobOf(index), annotationsAt(annotations, 'index-descriptor'));
  return { root, platforms, index, attached };
}

/** In BuildKit's words. */
function refuseIndexAnnotations({ annotations }: ImageForm): void {
  const unfit = annotations.find(({ level }) => level.startsWith('index'));
  if (unfit === undefined) return;
  throw new CaissonError('ANNOTATION_UNFIT', 'index annotations not supported for single platform export', {
    hint: `Leave "${unfit.level}:${unfit.key}" out, build for several platforms, or ask for attestations.`,
  });
}

async function preparePlatform(
  given: BuiltPlatform,
  outcome: BuildOutcome,
  form: ImageForm,
  store: Store,
  indexed: boolean,
): Promise<PreparedPlatform> {
  const built = form.squash ? await squash(given, store) : given;
  const { platform, template } = built;
  const layers = await formLayers(built, outcome, form, store);
  const created = built.layers.map((layer) => rfc3339Nano(store.layers.get(layer)?.created ?? 0));
  const history = completeHistory(template, created, outcome.epoch);
  const diffIds = layers.map(({ blob }) => blob.diffId);
  const config = imageConfigBytes(template, {
    history,
    diffIds,
    epoch: outcome.epoch,
    // What a squashed image is made of is no layer of it.
    members: form.squash ? undefined : given.configMembers,
  });
  const { annotations, ociMediaTypes: oci } = form;
  const selected = indexed ? platform : undefined;
  const manifest = manifestBytes({
    oci,
    config: blobOf(config),
    layers: layers.map(({ blob }) => blob.descriptor),
    annotations: annotationsAt(annotations, 'manifest', platform),
  });
  const described = annotationsAt(annotations, 'manifest-descriptor', platform);
  return {
    platform,
    descriptor: descriptorOf(manifestType(oci), blobOf(manifest), described, selected),
    manifest,
    config,
    imageId: sha256(config),
    created: (JSON.parse(config.toString()) as { readonly created?: string }).created,
    layers,
  };
}

/** The base's own layers keep their times, whatever the epoch, and so does BuildKit. */
function formLayers(
  { layers, template }: BuiltPlatform,
  outcome: BuildOutcome,
  { compression, forceCompression: force, rewriteTimestamp }: ImageForm,
  store: Store,
): Promise<readonly PreparedLayer[]> {
  const inherited = template.base?.rootfs.diff_ids.length ?? 0;
  const changed = timesOf(outcome, rewriteTimestamp);
  return Promise.all(
    layers.map(async (id, position) => {
      const times = position >= inherited ? changed : {};
      return { id, blob: await store.layers.formed(id, { compression, force, ...times }) };
    }),
  );
}

function timesOf({ epoch, fixedTimes }: BuildOutcome, rewriteTimestamp: boolean): Pick<LayerForm, 'times'> {
  if (epoch === undefined) return {};
  if (fixedTimes) return { times: { fixed: epoch } };
  return rewriteTimestamp ? { times: { latest: epoch } } : {};
}
