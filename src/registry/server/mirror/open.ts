// A pull-through cache of several upstream registries around a storage.

import { Scope } from '../../../core/index.ts';
import type { Middleware } from '../http/types.ts';
import type { RegistryStorage } from '../storage/types.ts';
import { availability } from './availability.ts';
import { openDownloads } from './download.ts';
import { type MirrorContext, mirrorManifests, type Outcome } from './manifests.ts';
import { namespaced } from './namespace.ts';
import { mirrorStorage } from './storage.ts';
import { openUpstreams } from './upstreams.ts';

/** What is mirrored. */
export interface MirrorOptions {
  /** `docker.io=https://registry-1.docker.io`, or a URL for repositories without a registry's name. */
  readonly mirrors: readonly string[];
  /** Folder for what clients read while it comes. */
  readonly spool: string;
  readonly warn: (message: string, error: unknown) => void;
  readonly counted: (outcome: Outcome) => void;
}

/** A storage that fetches what it lacks, and what understands how containerd asks for it. */
export interface Mirror extends AsyncDisposable {
  readonly storage: RegistryStorage;
  readonly middleware: Middleware;
}

/** Puts a cache around `inner`, which stays the caller's. Throws `MIRROR_INVALID`, `HOSTS_INVALID`. */
export async function openMirror(
  inner: RegistryStorage,
  { mirrors, spool, warn, counted }: MirrorOptions,
): Promise<Mirror> {
  await using scope = new Scope();
  const upstreams = scope.use(await openUpstreams(mirrors));
  const downloads = scope.use(
    openDownloads({
      storage: inner,
      spool,
      failed: ({ repository, digest }, error) =>
        warn(`The blob ${digest} of "${repository}" cannot be fetched`, error),
    }),
  );
  const available = availability(({ domain }, error) => warn(`"${domain}" cannot be asked`, error));
  const context: MirrorContext = { inner, available, find: upstreams.find, counted };
  const opened = scope.move();
  return {
    storage: mirrorStorage({ ...context, downloads, manifests: mirrorManifests(context) }),
    middleware: namespaced(upstreams.all),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
