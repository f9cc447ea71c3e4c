// Attestations in an image index: a manifest of statements for each platform's image, as BuildKit attaches them.

import { type Descriptor, mediaTypes, type Platform } from '../../oci/index.ts';
import { imageSubjects, statementBytes, statementOf } from '../attest/statement.ts';
import { goJson } from './go-json.ts';
import { blobOf, descriptorOf, manifestBytes, manifestType } from './manifest.ts';
import type { Attestation, ImageForm } from './types.ts';

/** A manifest of statements. */
export interface AttachedManifest {
  /** As the index lists it. */
  readonly descriptor: Descriptor;
  /** All that it is: the statements, their config, the manifest itself. */
  readonly blobs: readonly { readonly descriptor: Descriptor; readonly bytes: Buffer }[];
}

/** A platform's image that something is said of. */
export interface AttestedImage {
  readonly platform: Platform;
  readonly descriptor: Descriptor;
  readonly manifest: Buffer;
}

type Blob = AttachedManifest['blobs'][number];

const statementType = 'application/vnd.in-toto+json';

/** The statements of each platform's image, in the order of the platforms; none without attestations. */
export async function attachTo(
  platforms: readonly AttestedImage[],
  attestations: readonly Attestation[],
  form: ImageForm,
): Promise<readonly AttachedManifest[]> {
  if (attestations.length === 0) return [];
  const attached: AttachedManifest[] = [];
  for (const [position, platform] of platforms.entries()) {
    const statements: Blob[] = [];
    for (const attestation of attestations)
      statements.push(await statement(attestation, platform, position, form));
    attached.push(manifestOf(statements, platform, form));
  }
  return attached;
}

async function statement(
  { predicateType, predicate }: Attestation,
  { platform, descriptor, manifest }: AttestedImage,
  position: number,
  { names }: ImageForm,
): Promise<Blob> {
  const { layers } = JSON.parse(manifest.toString()) as { readonly layers: readonly Descriptor[] };
  const subjects = imageSubjects(names, platform, descriptor.digest);
  const bytes = statementBytes(statementOf(predicateType, subjects, await predicate(position, layers)));
  const annotations = { 'in-toto.io/predicate-type': predicateType };
  return { descriptor: descriptorOf(statementType, blobOf(bytes), annotations), bytes };
}

function manifestOf(
  statements: readonly Blob[],
  { descriptor: image }: AttestedImage,
  { ociMediaTypes: oci }: ImageForm,
): AttachedManifest {
  const layers = statements.map(({ descriptor }) => descriptor);
  const config = configBlob(statements);
  const listed = { digest: config.descriptor.digest, size: config.descriptor.size };
  const bytes = manifestBytes({ oci, config: listed, layers, annotations: undefined, asTheyAre: true });
  const annotations = {
    'vnd.docker.reference.digest': image.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  };
  const descriptor = descriptorOf(manifestType(oci), blobOf(bytes), annotations, unknownPlatform);
  return { descriptor, blobs: [...statements, config, { descriptor, bytes }] };
}

/** So that it is taken for no machine's image. */
const unknownPlatform = { architecture: 'unknown', os: 'unknown' } as const;

/** The members stand in BuildKit's order. */
function configBlob(statements: readonly Blob[]): Blob {
  const diffIds = statements.map(({ descriptor }) => descriptor.digest);
  const bytes = Buffer.from(
    goJson({ ...unknownPlatform, config: {}, rootfs: { type: 'layers', diff_ids: diffIds } }),
  );
  return { descriptor: descriptorOf(mediaTypes.ociConfig, blobOf(bytes)), bytes };
}
