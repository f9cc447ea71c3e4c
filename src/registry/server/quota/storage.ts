// A storage that holds its repositories to the rules: no more bytes than their quota, no change of protected tags.

import { RegistryError } from '../errors.ts';
import { oneAtATime } from '../storage/folder/index.ts';
import type { RegistryStorage } from '../storage/types.ts';
import type { Rules } from './rules.ts';

/** `inner` with the rules in force at each change; `refused` is told of changes beyond a quota. */
export function ruledStorage(
  inner: RegistryStorage,
  rules: () => Promise<Rules>,
  refused: (repository: string) => void = () => undefined,
): RegistryStorage {
  const inTurn = oneAtATime();
  /** Changes of a bounded repository are made one after another, so that two do not take the same room. */
  const bounded = async <T>(repository: string, change: () => Promise<T>): Promise<T> =>
    (await rules()).quota(repository) === undefined ? change() : inTurn(repository, change);
  /** Throws when `added` bytes are more than the repository may still have. */
  const admit = async (repository: string, added: number): Promise<void> => {
    const quota = (await rules()).quota(repository);
    if (quota === undefined) return;
    const { bytes } = await inner.usage(repository);
    if (bytes + added <= quota) return;
    refused(repository);
    throw beyond(repository, bytes, added, quota);
  };
  const shield = async (repository: string, tag: string, change: string): Promise<void> => {
    if ((await rules()).isProtected(repository, tag))
      throw new RegistryError(
        'DENIED',
        `The tag "${tag}" of "${repository}" is protected: it cannot be ${change}`,
      );
  };
  const putManifest: RegistryStorage['putManifest'] = async (repository, manifest, tag) => {
    if (!(await inner.manifestRecord(repository, { digest: manifest.digest })))
      await admit(repository, manifest.size);
    return inner.putManifest(repository, manifest, tag);
  };
  return {
    ...inner,
    async beginUpload(repository, client) {
      await admit(repository, 1);
      return inner.beginUpload(repository, client);
    },
    async appendUpload(repository, id, source, options) {
      const quota = (await rules()).quota(repository);
      if (quota === undefined) return inner.appendUpload(repository, id, source, options);
      const [{ bytes }, upload] = await Promise.all([inner.usage(repository), inner.upload(repository, id)]);
      const room = quota - bytes - (upload?.size ?? 0);
      const error = (added: number): RegistryError => beyond(repository, bytes, added, quota);
      return inner.appendUpload(repository, id, atMost(source, room, error), options);
    },
    finishUpload: (repository, id, digest) =>
      bounded(repository, async () => {
        const upload = await inner.upload(repository, id);
        if (upload && !(await inner.blob(repository, digest)))
          await admit(repository, upload.size).catch(async (error: unknown) => {
            await inner.cancelUpload(repository, id);
            throw error;
          });
        return inner.finishUpload(repository, id, digest);
      }),
    mountBlob: (repository, digest, from) =>
      bounded(repository, async () => {
        if (await inner.blob(repository, digest)) return inner.mountBlob(repository, digest, from);
        // Before it is there, where that is known: others who ask for room meanwhile must not be refused for it.
        const source = from === undefined ? undefined : await inner.blob(from, digest);
        if (source) await admit(repository, source.size);
        const mounted = await inner.mountBlob(repository, digest, from);
        if (mounted)
          await admit(repository, 0).catch(async (error: unknown) => {
            await inner.deleteBlob(repository, digest);
            throw error;
          });
        return mounted;
      }),
    async putManifest(repository, manifest, tag) {
      if (tag === undefined || !(await rules()).isProtected(repository, tag))
        return bounded(repository, () => putManifest(repository, manifest, tag));
      return inTurn(repository, async () => {
        const tagged = await inner.manifestRecord(repository, { tag });
        if (tagged && tagged.digest !== manifest.digest) await shield(repository, tag, 'moved');
        return putManifest(repository, manifest, tag);
      });
    },
    deleteTag: (repository, tag, options) =>
      inTurn(repository, async () => {
        await shield(repository, tag, 'deleted');
        return inner.deleteTag(repository, tag, options);
      }),
    deleteManifest: (repository, digest, options) =>
      inTurn(repository, async () => {
        // With `unusedSince` the storage itself refuses what has a tag.
        for (const tag of options?.unusedSince ? [] : await inner.tags(repository, {}))
          if (tag.digest === digest) await shield(repository, tag.name, 'deleted');
        return inner.deleteManifest(repository, digest, options);
      }),
  };
}

/** Stops a body that is larger than the room there is, before all of it was sent. */
async function* atMost(
  source: AsyncIterable<Buffer>,
  room: number,
  error: (size: number) => RegistryError,
): AsyncGenerator<Buffer, void, undefined> {
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > room) throw error(size);
    yield piece;
  }
}

function beyond(repository: string, bytes: number, added: number, quota: number): RegistryError {
  return new RegistryError(
    'DENIED',
    `"${repository}" has ${inUnits(bytes)} of the ${inUnits(quota)} it may have; ${inUnits(added)} more are too much`,
    { detail: { used: bytes, added, quota } },
  );
}

function inUnits(bytes: number): string {
  if (bytes === 1) return '1 byte';
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  const power = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}
