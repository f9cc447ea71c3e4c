// What refers to an image: signatures, SBOMs and other artifacts.

import type { Descriptor, Digest } from '../../oci/index.ts';
import type { RemoteRepository } from '../../registry/index.ts';
import type { ReferrerNode, ReferrersRequest } from '../types.ts';
import { notThere, remoteReference } from './remote.ts';
import type { RegistryServices } from './services.ts';

const deepest = 4;
const most = 2000;

/** The image and what refers to it, and to that in turn. Throws `MANIFEST_NOT_FOUND`. */
export async function referrers(
  services: RegistryServices,
  text: string,
  request: ReferrersRequest,
): Promise<ReferrerNode> {
  const remote = await remoteReference(services, text, request);
  const descriptor = await remote.repository.resolve(remote.asked, request);
  if (!descriptor) throw notThere(text, remote);
  const seen = new Set([descriptor.digest]);
  return { descriptor, referrers: await below(remote.repository, descriptor, request, seen, 0) };
}

/** Artifacts that refer to each other in a circle would have to hash to each other: only hostile registries say so. */
async function below(
  repository: RemoteRepository,
  { digest }: Descriptor,
  request: ReferrersRequest,
  seen: Set<Digest>,
  depth: number,
): Promise<readonly ReferrerNode[]> {
  if (depth >= deepest) return [];
  const { signal, artifactType } = request;
  const found = await repository.referrers(digest, {
    signal,
    ...(artifactType !== undefined && depth === 0 ? { artifactType } : {}),
  });
  const nodes: ReferrerNode[] = [];
  for (const descriptor of found) {
    if (seen.has(descriptor.digest) || seen.size >= most) continue;
    seen.add(descriptor.digest);
    nodes.push({ descriptor, referrers: await below(repository, descriptor, request, seen, depth + 1) });
  }
  return nodes;
}
