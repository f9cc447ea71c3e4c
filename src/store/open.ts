// Opening a store: its parts are put together here. No folder is scanned.

import { join, resolve } from 'node:path';
import { CaissonError } from '../core/index.ts';
import { ensureLayout, openContent, writeIndex } from './content/index.ts';
import { type Database, openDatabase } from './database/index.ts';
import { openCache, openHolds, openImages, openLayerRecords, openRecords } from './records/index.ts';
import { defaultRoot, prepareRoot, type StorePaths } from './root.ts';
import type { ContainerRecord, ImageStore, LayerStore, Store, VolumeRecord } from './types.ts';

/** How a store is opened. */
export interface OpenOptions {
  /** Default: `CAISSON_ROOT`, `/var/lib/caisson` for root, else `caisson` under `$XDG_DATA_HOME`. */
  readonly root?: string;
}

/** Opens the store at a root, making it when it is not there. Throws `STORE_TOO_NEW`, `STORE_UNREADABLE`, `STORE_UNWRITABLE`. */
export async function openStore(options: OpenOptions = {}): Promise<Store> {
  const paths = prepareRoot(resolve(options.root ?? defaultRoot()));
  const database = await openDatabase(paths.database);
  ensureLayout(paths.root);
  return assemble(paths, database);
}

function assemble(paths: StorePaths, database: Database): Store {
  const holds = openHolds(database);
  const content = openContent(paths.root, paths.ingest, holds);
  const images: ImageStore = openImages({
    database,
    content,
    onChange: () => writeIndex(paths.root, images.list(), content),
  });
  const layerRecords = openLayerRecords(database, holds);
  return {
    root: paths.root,
    runDirectory: paths.runDirectory,
    content,
    get layers(): LayerStore {
      throw new Error(`Layers are not there yet: ${layerRecords.list().length}`);
    },
    images,
    containers: openRecords<ContainerRecord>(database, {
      table: 'container',
      title: 'Container',
      layersOf: (container) => container.layers,
    }),
    volumes: openRecords<VolumeRecord>(database, { table: 'volume', title: 'Volume' }),
    cache: openCache(database, holds),
    lease: () => holds.lease(),
    containerDirectory: (id) => join(paths.containers, checkedId(id)),
    async [Symbol.asyncDispose]() {
      holds.release();
      database[Symbol.dispose]();
    },
  };
}

function checkedId(id: string): string {
  if (/^[0-9a-f]{1,64}$/.test(id)) return id;
  throw new CaissonError('ID_INVALID', `"${id}" is not an id`, { hint: 'Expected up to 64 hex digits.' });
}
