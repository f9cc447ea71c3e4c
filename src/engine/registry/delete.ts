// Deleting tags and manifests at a registry.

import { CaissonError, isCaissonError } from '../../core/index.ts';
import type { RegistryRequest } from '../types.ts';
import { notThere, remoteReference } from './remote.ts';
import type { RegistryServices } from './services.ts';

/** Deletes a tag, or with a digest the manifest and so all its tags; says which. Throws `MANIFEST_NOT_FOUND`, `UNSUPPORTED`. */
export async function deleteRemote(
  services: RegistryServices,
  text: string,
  request: RegistryRequest,
): Promise<{ readonly untagged?: string; readonly deleted?: string }> {
  const remote = await remoteReference(services, text, request);
  const { reference, asked, repository } = remote;
  const name = `${reference.domain}/${reference.path}`;
  const there = await repository.resolve(asked, request);
  if (!there) throw notThere(text, remote);
  if (reference.digest !== undefined) {
    await repository.deleteManifest(reference.digest, request).catch(explain(name, there.digest, 'digest'));
    return { deleted: `${name}@${reference.digest}` };
  }
  await repository.deleteManifest(asked, request).catch(explain(name, there.digest, 'tag'));
  return { untagged: `${name}:${asked}` };
}

/** Registries that cannot delete say so in many ways; Docker's takes a tag for a digest (`DIGEST_MISMATCH` here). */
const refusals: ReadonlySet<string> = new Set(['UNSUPPORTED', 'DIGEST_MISMATCH']);

function explain(name: string, digest: string, what: 'tag' | 'digest') {
  return (error: unknown): never => {
    if (!isCaissonError(error) || !refusals.has(error.code)) throw error;
    throw new CaissonError(
      'UNSUPPORTED',
      what === 'tag'
        ? `The registry of "${name}" cannot delete a single tag`
        : `The registry of "${name}" does not allow manifests to be deleted`,
      {
        cause: error,
        hint:
          what === 'tag'
            ? `Delete the manifest with all its tags: caisson rmi --remote ${name}@${digest}`
            : 'Ask who runs it to allow deleting (REGISTRY_STORAGE_DELETE_ENABLED=true for Docker’s registry).',
      },
    );
  };
}
