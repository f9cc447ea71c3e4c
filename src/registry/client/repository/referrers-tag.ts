// The referrers tag: where a registry has no referrers API, an index under a tag lists them (distribution-spec, referrers tag schema).

import { CaissonError, isCaissonError } from '../../../core/index.ts';
import { type Descriptor, type Digest, hexOf, mediaTypes } from '../../../oci/index.ts';
import type { RequestOptions } from '../../types.ts';
import type { RepositoryAt } from './context.ts';
import { isRecord } from './json.ts';
import { deleteManifest, getManifest, sendManifest } from './manifests.ts';
import { isVerifiable } from './names.ts';

const mostRounds = 3;

/** Puts a manifest; its subject is entered in the tag where the registry takes no note of it. */
export async function putWithSubject(
  at: RepositoryAt,
  reference: string,
  manifest: { readonly bytes: Uint8Array; readonly mediaType: string },
  options: RequestOptions,
): Promise<Descriptor> {
  const { descriptor, subjectNoted } = await sendManifest(at, reference, manifest, options);
  const entry = subjectNoted ? undefined : entryFor(descriptor, manifest.bytes);
  if (entry)
    await change(at, entry.subject, options, (known) =>
      known.some(({ digest }) => digest === descriptor.digest) ? known : [...known, entry.descriptor],
    );
  return descriptor;
}

/** Deletes a tag or manifest; a manifest with a subject is struck from the tag too. Throws `MANIFEST_NOT_FOUND`, `UNSUPPORTED`. */
export async function deleteWithSubject(
  at: RepositoryAt,
  reference: string,
  options: RequestOptions,
): Promise<void> {
  const entry = isVerifiable(reference) ? await entryAt(at, reference, options) : undefined;
  await deleteManifest(at, reference, options);
  if (entry)
    await change(at, entry.subject, options, (known) => {
      const others = known.filter(({ digest }) => digest !== reference);
      return others.length === known.length ? known : others;
    });
}

/** What the tag lists; nothing where there is no tag. */
export async function referrersInTag(
  at: RepositoryAt,
  digest: Digest,
  options: RequestOptions,
): Promise<readonly Descriptor[]> {
  try {
    const { bytes } = await getManifest(at, tagOf(digest), options);
    return descriptorsIn(JSON.parse(bytes.toString()));
  } catch (error) {
    if (isCaissonError(error, 'MANIFEST_NOT_FOUND')) return [];
    throw error;
  }
}

/**
 * Reads, changes, writes, and looks whether somebody else wrote between: then once more. Writers of this client take turns;
 * `edit` gives its argument back where nothing is to be changed.
 */
async function change(
  at: RepositoryAt,
  subject: Digest,
  options: RequestOptions,
  edit: (known: readonly Descriptor[]) => readonly Descriptor[],
): Promise<void> {
  const tag = tagOf(subject);
  const settled = await at.turns(`${at.domain}/${at.path}:${tag}`, async () => {
    for (let round = 0; round <= mostRounds; round++) {
      const known = await referrersInTag(at, subject, options);
      const manifests = edit(known);
      if (manifests === known) return true;
      const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
      const bytes = Buffer.from(JSON.stringify(index));
      await sendManifest(at, tag, { bytes, mediaType: mediaTypes.ociIndex }, options);
    }
    return false;
  });
  if (!settled)
    throw new CaissonError('REGISTRY_ERROR', `The list of referrers of "${subject}" could not be changed`, {
      hint: 'Others write to the same list all the time; try again.',
    });
}

/** A manifest that cannot be read is deleted all the same. */
async function entryAt(
  at: RepositoryAt,
  digest: Digest,
  options: RequestOptions,
): Promise<ReturnType<typeof entryFor>> {
  try {
    const { descriptor, bytes } = await getManifest(at, digest, options);
    return entryFor(descriptor, bytes);
  } catch (error) {
    if (isCaissonError(error)) return undefined;
    throw error;
  }
}

/** What the index of referrers says of a manifest with a subject (distribution-spec, pushing manifests with subject). */
function entryFor(
  descriptor: Descriptor,
  bytes: Uint8Array,
): { readonly subject: Digest; readonly descriptor: Descriptor } | undefined {
  const manifest: unknown = JSON.parse(Buffer.from(bytes).toString());
  if (!isRecord(manifest) || !isRecord(manifest['subject'])) return undefined;
  const subject = manifest['subject']['digest'];
  if (!isVerifiable(subject)) return undefined;
  const { artifactType, config, annotations } = manifest;
  const type = artifactType ?? (isRecord(config) ? config['mediaType'] : undefined);
  return {
    subject,
    descriptor: {
      ...descriptor,
      ...(typeof type === 'string' ? { artifactType: type } : {}),
      ...(isRecord(annotations) ? { annotations: annotations as Readonly<Record<string, string>> } : {}),
    },
  };
}

/** `sha256-…`: the algorithm cut to 32 characters, the digits to 64. */
function tagOf(digest: Digest): string {
  return `${digest.slice(0, digest.indexOf(':')).slice(0, 32)}-${hexOf(digest).slice(0, 64)}`;
}

/** The descriptors of an index, those that are none left out. */
function descriptorsIn(index: unknown): readonly Descriptor[] {
  const manifests = isRecord(index) ? index['manifests'] : undefined;
  return Array.isArray(manifests) ? manifests.filter(isDescriptor) : [];
}

/** Whether `value` is a descriptor, as far as lists of referrers are read. */
export function isDescriptor(value: unknown): value is Descriptor {
  return (
    isRecord(value) &&
    isVerifiable(value['digest']) &&
    typeof value['mediaType'] === 'string' &&
    Number.isSafeInteger(value['size'])
  );
}
