// Attestations of an image whose manifest changed on its way: their statements name the new digests.

import { Readable } from 'node:stream';
import { type Descriptor, type Digest, hexOf, type Manifest, sha256 } from '../../oci/index.ts';
import type { FinalManifest, PlannedAttestation, PlannedBlob, PushPlan } from './types.ts';

/** The manifest that a manifest of statements is about (BuildKit's annotations in an index); undefined for any other. */
export function attestedDigest({ annotations }: Descriptor): Digest | undefined {
  if (annotations?.['vnd.docker.reference.type'] !== 'attestation-manifest') return undefined;
  return annotations[referenceKey];
}

/** The annotation that names it. */
export const referenceKey = 'vnd.docker.reference.digest';

/** What something became, by the digest it is stored under. */
export type Replacements = ReadonlyMap<Digest, Descriptor>;

/** A manifest of statements as it is to be in the registry, and the blobs it needs there. */
export interface FinalAttestation {
  readonly manifest: FinalManifest;
  readonly blobs: readonly PlannedBlob[];
}

/** The attestation with what it says of manifests and layers brought up to date; as it is where its image did not change. */
export function finalAttestation(
  { mediaType, bytes, blobs, subject }: PlannedAttestation,
  { manifests, layers }: { readonly manifests: Replacements; readonly layers: Replacements },
  read: PushPlan['read'],
): FinalAttestation {
  const image = manifests.get(subject);
  if (image === undefined) return { manifest: { mediaType, bytes }, blobs };
  const listed = JSON.parse(bytes.toString()) as Manifest;
  const renew = renewal({ old: hexOf(subject), now: hexOf(image.digest) }, layers);
  const statements = listed.layers.map((layer) => jsonBlob(layer, renew(parse(read(layer.digest)))));
  const diffIds = statements.map((blob) => blob.listed.digest);
  const config = parse(read(listed.config.digest)) as { readonly rootfs?: object };
  const renewed = jsonBlob(listed.config, {
    ...config,
    ...(config.rootfs ? { rootfs: { ...config.rootfs, diff_ids: diffIds } } : {}),
  });
  const made = { ...listed, config: renewed.listed, layers: statements.map((blob) => blob.listed) };
  return {
    manifest: { mediaType, bytes: Buffer.from(JSON.stringify(made)) },
    blobs: [renewed, ...statements],
  };
}

function parse(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString());
}

/** Renews a value at every depth: digests of the manifest (`{"sha256": …}`), and descriptors of layers. */
function renewal(
  manifest: { readonly old: string; readonly now: string },
  layers: Replacements,
): (value: unknown) => unknown {
  const renew = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renew);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([key, member]) => [key, renew(member)] as const);
    const renewed = Object.fromEntries(members) as Record<string, unknown>;
    if (renewed['sha256'] === manifest.old) return { ...renewed, sha256: manifest.now };
    const layer = typeof renewed['digest'] === 'string' ? layers.get(renewed['digest']) : undefined;
    return layer ? { ...renewed, ...layer } : renewed;
  };
  return renew;
}

function jsonBlob(listed: Descriptor, value: unknown): PlannedBlob {
  const bytes = Buffer.from(JSON.stringify(value));
  return {
    listed: { ...listed, digest: sha256(bytes), size: bytes.length },
    source: {
      kind: 'stored',
      open: (offset) => Readable.from([bytes.subarray(offset)], { objectMode: false }),
    },
  };
}
