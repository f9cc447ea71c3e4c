// Opening a store: its parts are put together here. No folder with content is scanned.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ArchiveParts } from './archive/index.ts';
import { openBuilds } from './builds/index.ts';
import { type CacheMountStore, openCacheMounts } from './cachemounts/index.ts';
import type { CheckParts } from './check/index.ts';
import { collect, dropBlobs, dropLayers, emptyTrash, measureUsage } from './collect/index.ts';
import { dropPartial, ensureLayout, openContent, stalePartials, writeIndex } from './content/index.ts';
import type { Database } from './database/index.ts';
import { explainFullDisk, isFullDisk } from './full-disk.ts';
import { type KeptStateStore, openKeptStates } from './kept/index.ts';
import { createLayerStore } from './layers/index.ts';
import { openPlans } from './plans/index.ts';
import {
  type Holds,
  openBlobSources,
  openCache,
  openHolds,
  openImages,
  openLayerRecords,
  openRecords,
} from './records/index.ts';
import { recover } from './recover.ts';
import { keepReserve, openWithReserve } from './reserve.ts';
import { containerFolder, defaultRoot, prepareRoot, type StorePaths } from './root.ts';
import { sessionName } from './session.ts';
import type { Store } from './store.ts';
import type { ContainerRecord, ImageStore, LayerId, VolumeRecord } from './types.ts';
import { openVolumes } from './volumes.ts';

/** How a store is opened. */
export interface OpenOptions {
  /** Default: `CAISSON_ROOT`, `/var/lib/caisson` for root, else `caisson` under `$XDG_DATA_HOME`. */
  readonly root?: string;
  /**
   * The process exits (`process.exit`) once the store is closed: the database is left to that. Its log stays for the next
   * process to go on with, as after a crash, which spares the syncs of taking it in and of making a new one.
   */
  readonly endsWithProcess?: boolean;
}

/** Opens the store at a root, making it when it is not there. Throws `STORE_TOO_NEW`, `STORE_UNREADABLE`, `STORE_UNWRITABLE`, `DISK_FULL`. */
export async function openStore(options: OpenOptions = {}): Promise<Store> {
  const paths = prepareRoot(resolve(options.root ?? defaultRoot()));
  const database = await openDatabaseOf(paths);
  const parts = openParts(paths, database);
  const cleaning = unlessFull(paths.root, () => recover(parts));
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await cleaning;
    // The next opening drops them as those of a dead session.
    unlessFull(paths.root, () => parts.holds.release());
    if (!options.endsWithProcess) database[Symbol.dispose]();
    keepReserve(paths.root);
  };
  return storeOf(parts, () => {
    closing ??= close();
    return closing;
  });
}

/** A new root has its layout and its reserve before anything large can be written. */
async function openDatabaseOf(paths: StorePaths): Promise<Database> {
  const { root } = paths;
  const isNew = !existsSync(paths.database);
  const database = await openWithReserve({ ...paths, spare: () => dropPartials(root) });
  try {
    ensureLayout(root);
  } catch (error) {
    database[Symbol.dispose]();
    throw explainFullDisk(error, root);
  }
  if (isNew) keepReserve(root);
  return database;
}

/** Blobs that came in part and that nobody is receiving can be fetched anew. */
function dropPartials(root: string): boolean {
  const bytes = stalePartials(root, 0).map((path) => dropPartial(path) ?? 0);
  return bytes.some((size) => size > 0);
}

/** What does not fit on a full disk is left to the next opening: all can still be looked at, and be removed. */
function unlessFull<T>(root: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isFullDisk(error, root)) return undefined;
    throw error;
  }
}

type Parts = CheckParts &
  ArchiveParts & {
    readonly holds: Holds;
    readonly cache: Store['cache'];
    readonly cacheMounts: CacheMountStore;
    readonly kept: KeptStateStore;
  };

function openParts(paths: StorePaths, database: Database): Parts {
  const holds = openHolds(database);
  const content = openContent(paths.root, paths.ingest, holds);
  const images: ImageStore = openImages({
    database,
    content,
    onBegin: () => holds.mark(),
    onChange: () => writeIndex(paths.root, images, content),
  });
  const layerRecords = openLayerRecords(database, holds);
  const containers = openRecords<ContainerRecord>(database, {
    table: 'container',
    title: 'Container',
    layersOf: (container) => container.layers,
  });
  const volumes = openRecords<VolumeRecord>(database, { table: 'volume', title: 'Volume' });
  return {
    paths,
    database,
    holds,
    content,
    images,
    containers,
    layerRecords,
    layers: createLayerStore({
      folder: paths.layers,
      drafts: paths.drafts,
      session: holds.session,
      records: layerRecords,
      content,
    }),
    volumes: openVolumes(paths, volumes),
    cache: openCache(database, holds),
    cacheMounts: openCacheMounts({
      root: paths.cacheMounts,
      ingest: paths.ingest,
      trash: paths.trash,
      content,
      queues: join(paths.runDirectory, 'cachemounts'),
      session: holds.session,
    }),
    kept: openKeptStates(database, async (layers) => {
      dropLayers(database, paths, new Set(layers));
      await emptyTrash(paths.trash);
    }),
    ingest: paths.ingest,
    discard: (blobs, layers) => discard({ paths, database, holds }, blobs, layers),
  };
}

/** What another operation of this process may be using is left to the next collection. */
async function discard(
  { paths, database, holds }: Pick<Parts, 'paths' | 'database' | 'holds'>,
  blobs: readonly string[],
  layers: readonly LayerId[],
): Promise<void> {
  if (!holds.releaseSole(blobs, layers)) return;
  dropLayers(database, paths, new Set(layers));
  dropBlobs(database, paths, new Set(blobs));
  await emptyTrash(paths.trash);
}

function storeOf(parts: Parts, close: () => Promise<void>): Store {
  const { paths, content, images, containers, volumes, cache, cacheMounts, kept, holds } = parts;
  return {
    root: paths.root,
    runDirectory: paths.runDirectory,
    content,
    layers: parts.layers,
    images,
    containers,
    volumes,
    cache,
    cacheMounts,
    blobSources: openBlobSources(parts.database),
    kept,
    builds: openBuilds(paths.builds, holds.session),
    plans: openPlans(paths.plans, holds.session),
    lease: () => holds.lease(),
    // Loaded when they are asked for: most commands need neither.
    load: async (source, options) => (await archives()).loadArchive(parts, source, options),
    readArchive: async (path, signal) =>
      (await archives()).readArchive(path, join(paths.ingest, sessionName(holds.session)), signal),
    save: async (saved, target, format) => (await archives()).saveImages(parts, saved, target, format),
    writeArchive: async (members, target, form) => (await archives()).writeArchive(members, target, form),
    importRootfs: async (source, options) => (await archives()).importRootfs(parts, source, options),
    collect: (options) => collect(parts, options),
    usage: (options) => measureUsage({ ...parts, volumesInUse: options?.volumesInUse ?? new Set() }),
    check: async (options) => (await import('./check/index.ts')).checkStore(parts, options),
    containerDirectory: (id) => containerFolder(paths, id),
    [Symbol.asyncDispose]: close,
  };
}

const archives = () => import('./archive/index.ts');
