// A container's mounts: sources found or made, volumes filled from the image the first time.

import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { CaissonError, errnoOf } from '../../core/index.ts';
import type { RuntimeMount } from '../../oci/index.ts';
import { bindMount, tmpfsMount } from '../../runtime/index.ts';
import { copyTree, type Store, type TreeView, type VolumeRecord } from '../../store/index.ts';
import type { MountRequest } from '../types.ts';
import type { ResolvedMount } from './services.ts';

/** Finds or makes what the mounts of a request and of the image's volumes need. Throws `BIND_SOURCE_MISSING`. */
export function resolveMounts(
  store: Store,
  requests: readonly MountRequest[],
  anonymous: readonly string[],
  image: () => TreeView,
): readonly ResolvedMount[] {
  const implied = anonymous.map(
    (target): MountRequest => ({ kind: 'volume', target, readOnly: false, copy: true }),
  );
  return [...requests, ...implied].map((request) => resolveMount(store, request, image));
}

function resolveMount(store: Store, request: MountRequest, image: () => TreeView): ResolvedMount {
  switch (request.kind) {
    case 'bind':
      return resolveBind(request);
    case 'volume':
      return resolveVolume(store, request, image);
    case 'tmpfs':
      return {
        kind: 'tmpfs',
        source: 'tmpfs',
        target: request.target,
        readOnly: false,
        options: tmpfsOptions(request),
      };
  }
}

/** The mounts as the runtime takes them. */
export function runtimeMounts(mounts: readonly ResolvedMount[]): readonly RuntimeMount[] {
  return mounts.map(({ kind, source, target, readOnly, propagation, options }) => {
    if (kind === 'tmpfs') return tmpfsMount(target, options);
    return bindMount(source, target, { readonly: readOnly, ...(propagation ? { propagation } : {}) });
  });
}

function resolveBind({
  source,
  target,
  readOnly,
  createSource,
  propagation,
}: MountRequest & { readonly kind: 'bind' }): ResolvedMount {
  if (createSource) mkdirUnlessThere(source);
  else if (!statSync(source, { throwIfNoEntry: false })) {
    throw new CaissonError('BIND_SOURCE_MISSING', `Bind source path does not exist: "${source}"`, {
      hint: 'Make it first, or use -v, which makes a missing folder.',
    });
  }
  return { kind: 'bind', source, target, readOnly, ...(propagation ? { propagation } : {}) };
}

function mkdirUnlessThere(path: string): void {
  try {
    if (!statSync(path, { throwIfNoEntry: false })) mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new CaissonError(
      'BIND_SOURCE_MISSING',
      `Cannot make the bind source "${path}": ${errnoOf(error) ?? String(error)}`,
      { cause: error },
    );
  }
}

function resolveVolume(
  store: Store,
  { source, target, readOnly, copy }: MountRequest & { readonly kind: 'volume' },
  image: () => TreeView,
): ResolvedMount {
  const volume =
    (source === undefined ? undefined : volumeNamed(store, source)) ?? store.volumes.create(source);
  const folder = store.volumes.folder(volume);
  if (copy && readdirSync(folder).length === 0) fill(folder, image(), target);
  return {
    kind: 'volume',
    source: folder,
    target,
    readOnly,
    volume: volume.name,
    anonymous: volume.anonymous,
  };
}

function fill(folder: string, image: TreeView, target: string): void {
  copyTree(image, image.resolve(target), folder);
}

function volumeNamed(store: Store, name: string): VolumeRecord | undefined {
  return store.volumes.list().find((volume) => volume.name === name);
}

function tmpfsOptions({ size, mode, options }: MountRequest & { readonly kind: 'tmpfs' }): readonly string[] {
  return [
    ...(options?.split(',') ?? []),
    ...(size === undefined ? [] : [`size=${size}`]),
    ...(mode === undefined ? [] : [`mode=${mode.toString(8)}`]),
  ];
}
