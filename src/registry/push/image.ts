// Pushing images of the store under their names.

import { CaissonError } from '../../core/index.ts';
import { familiarName, formatReference, parseReference, type Reference } from '../../oci/index.ts';
import type { Store } from '../../store/index.ts';
import type { RegistryClient } from '../types.ts';
import { pushBlobs } from './blobs.ts';
import { finalManifests } from './manifests.ts';
import { planPush } from './plan.ts';
import { putManifests } from './put.ts';
import type { PushedName, PushImageOptions } from './types.ts';

/** What images are pushed with. */
export interface PushServices {
  readonly store: Store;
  readonly client: RegistryClient;
}

/**
 * Pushes the image that a name gives, all its platforms unless one is asked for: layers that have no compressed form are compressed
 * on the way. Throws `IMAGE_NOT_FOUND`, `IMAGE_INCOMPLETE`, `NAME_HAS_DIGEST` and what the registry says.
 */
export async function pushImage(
  { store, client }: PushServices,
  text: string,
  options: PushImageOptions,
): Promise<PushedName> {
  const reference = parseReference(text);
  const { tag } = reference;
  if (tag === undefined || reference.digest !== undefined) throw hasDigest(text);
  const name = formatReference(reference);
  using lease = store.lease();
  lease.hold(layersOf(store, name));
  const of = store.images.findIndex(name)?.digest ?? store.images.find(name)?.manifestDigest;
  const plan = await planPush(store, name, options);
  if (plan === undefined) throw notFound(store, reference);
  const repository = client.repository(repositoryOf(reference));
  const services = { repository, client, sources: store.blobSources };
  const made = await pushBlobs(
    plan.manifests.flatMap(({ blobs }) => blobs),
    services,
    options,
  );
  const { blobs, manifests, root } = finalManifests(plan, made);
  await pushBlobs(blobs, services, options);
  const descriptor = await putManifests(repository, { manifests, root, reference: tag }, options);
  if (of !== undefined) store.images.pushed(name, of, descriptor.digest);
  const { partOf } = plan;
  return { name, tag, descriptor, ...(partOf === undefined ? {} : { partOf }) };
}

/** The names of a repository that are in the store, sorted. Throws `TAG_UNWANTED`, `IMAGE_NOT_FOUND`. */
export function namesInRepository(store: Store, text: string): readonly string[] {
  const reference = parseReference(text);
  if (/:[^/]*$/.test(text.split('/').at(-1) ?? '') || reference.digest !== undefined)
    throw new CaissonError('TAG_UNWANTED', "tag can't be used with --all-tags/-a", {
      hint: `Name the repository alone: "${familiarName({ domain: reference.domain, path: reference.path })}".`,
    });
  const names = storedNames(store, reference);
  if (names.length === 0) throw notFound(store, reference);
  return names;
}

function storedNames({ images }: Store, reference: Reference): readonly string[] {
  const all = [...images.list(), ...images.listIndexes()].flatMap(({ names }) => names);
  return [...new Set(all)].filter((name) => name.startsWith(`${repositoryOf(reference)}:`)).sort();
}

function layersOf({ images }: Store, name: string): readonly string[] {
  const index = images.findIndex(name);
  const image = images.find(name);
  return (index?.images ?? (image ? [image] : [])).flatMap(({ layers }) => layers);
}

function repositoryOf({ domain, path }: Reference): string {
  return `${domain}/${path}`;
}

/** In Docker's words. */
function notFound(store: Store, reference: Reference): CaissonError {
  const { domain, path } = reference;
  const message =
    storedNames(store, reference).length > 0
      ? `tag does not exist: ${familiarName(reference)}`
      : `An image does not exist locally with the tag: ${familiarName({ domain, path })}`;
  return new CaissonError('IMAGE_NOT_FOUND', message, {
    hint: "'caisson images' lists those in the store; 'caisson tag' gives one another name.",
  });
}

function hasDigest(text: string): CaissonError {
  return new CaissonError('NAME_HAS_DIGEST', 'cannot push a digest reference', {
    hint: `"${text}" has a digest; push a name with a tag, whose digest is then what was pushed.`,
  });
}
