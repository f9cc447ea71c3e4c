// The manifests of a push once its layers are there: those whose layers were compressed list what they became, and what points to
// them, the index and its attestations, points to the new ones.

import { type Descriptor, type Digest, type Index, type Manifest, sha256 } from '../../oci/index.ts';
import { finalAttestation, type Replacements, referenceKey } from './attestations.ts';
import { compressedDescriptor } from './compression.ts';
import type { FinalManifest, PlannedBlob, PlannedManifest, PushPlan } from './types.ts';

/** What is left to push. */
export interface FinalManifests {
  /** Of attestations. */
  readonly blobs: readonly PlannedBlob[];
  readonly manifests: readonly FinalManifest[];
  /** The index, or the only manifest: to be put when all others are there. */
  readonly root: FinalManifest;
}

/** The manifests as they are to be in the registry; `replaced`: layers by their stored digests. What did not change stays byte for byte. */
export function finalManifests(plan: PushPlan, replaced: Replacements): FinalManifests {
  const images = plan.manifests.map((planned) => withLayers(planned, replaced));
  const manifests = changesOf(plan.manifests, images);
  const layers = layerDescriptors(plan, replaced);
  const attestations = plan.attestations.map((planned) =>
    finalAttestation(planned, { manifests, layers }, plan.read),
  );
  const attested = attestations.map(({ manifest }) => manifest);
  const blobs = attestations.flatMap((attestation) => attestation.blobs);
  const [only] = images;
  if (plan.index) {
    const changes = new Map([...manifests, ...changesOf(plan.attestations, attested)]);
    return { blobs, manifests: [...images, ...attested], root: indexWith(plan.index, changes) };
  }
  if (only === undefined) throw new Error('An image has a manifest');
  return { blobs, manifests: [], root: only };
}

function changesOf(planned: readonly PlannedManifest[], final: readonly FinalManifest[]): Replacements {
  const changes = new Map<Digest, Descriptor>();
  for (const [position, { mediaType, bytes }] of final.entries()) {
    const before = planned[position];
    if (before === undefined || before.bytes === bytes) continue;
    changes.set(before.digest, { mediaType, digest: sha256(bytes), size: bytes.length });
  }
  return changes;
}

/** In the words of the manifests that list them. */
function layerDescriptors({ manifests }: PushPlan, replaced: Replacements): Replacements {
  const listed = manifests.flatMap(({ blobs }) => blobs.map((blob) => blob.listed));
  return new Map(
    listed.flatMap((layer) => {
      const made = replaced.get(layer.digest);
      return made ? [[layer.digest, compressedDescriptor(layer, made)] as const] : [];
    }),
  );
}

function withLayers({ mediaType, bytes, blobs }: PlannedManifest, replaced: Replacements): FinalManifest {
  if (!blobs.some(({ listed }) => replaced.has(listed.digest))) return { mediaType, bytes };
  const manifest = JSON.parse(bytes.toString()) as Manifest;
  const layers = manifest.layers.map((listed) => {
    const made = replaced.get(listed.digest);
    return made ? compressedDescriptor(listed, made) : listed;
  });
  return { mediaType, bytes: Buffer.from(JSON.stringify({ ...manifest, layers })) };
}

function indexWith(
  { mediaType, bytes }: NonNullable<PushPlan['index']>,
  changes: Replacements,
): FinalManifest {
  if (changes.size === 0) return { mediaType, bytes };
  const index = JSON.parse(bytes.toString()) as Index;
  const manifests = index.manifests.map((listed) => {
    const { digest = listed.digest, size = listed.size } = changes.get(listed.digest) ?? {};
    const subject = changes.get(listed.annotations?.[referenceKey] ?? '');
    const annotations = subject ? { ...listed.annotations, [referenceKey]: subject.digest } : undefined;
    return { ...listed, digest, size, ...(annotations ? { annotations } : {}) };
  });
  return { mediaType, bytes: Buffer.from(JSON.stringify({ ...index, manifests })) };
}
