// The layer store: drafts become layers, layers give digests, tars and views.

import { closeSync, createReadStream, openSync } from 'node:fs';
import { Readable } from 'node:stream';
import { CaissonError, syncFileSystem } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import { removeTree } from '../collect/remove-tree.ts';
import { decompressed } from '../compression/index.ts';
import type { Blobs } from '../content/index.ts';
import type { LayerRecords } from '../records/layers.ts';
import type { SessionId } from '../session.ts';
import type {
  LayerBlob,
  LayerDiff,
  LayerForm,
  LayerId,
  LayerRecord,
  LayerStore,
  LayerTimes,
  LayerTree,
} from '../types.ts';
import { openView } from '../view/index.ts';
import { digestLayer } from './digest.ts';
import { draftFolder, makeDraft } from './drafts.ts';
import { type FormParts, formLayer } from './form.ts';
import { corruptLayer } from './invalid-layer.ts';
import { layerPool } from './jobs.ts';
import { layerEntries } from './layer-entries.ts';
import { type OverlayDriver, overlayDriver } from './overlay-driver.ts';
import { receiveLayer } from './receive.ts';
import { streamLayer } from './stream-form.ts';
import { tarStream } from './tar-stream.ts';
import { keepLayer, unpackBlob, unpackInto } from './unpacked.ts';

/** What the layer store is built on. */
export interface LayerStoreParts {
  /** The folder of kept layers. */
  readonly folder: string;
  /** The folder of drafts, on the same file system. */
  readonly drafts: string;
  readonly session: SessionId;
  readonly records: LayerRecords;
  readonly content: Blobs;
}

/** Opens the layers below `folder`. */
export function createLayerStore(parts: LayerStoreParts): LayerStore {
  const { records } = parts;
  const all: Parts = { ...parts, driver: overlayDriver(parts.folder) };
  const diffs = new Map<LayerId, Promise<LayerDiff>>();
  const unpacks = new Map<string, Promise<LayerRecord>>();
  return {
    driver: all.driver,
    get: records.get,
    byDiffId: records.byDiffId,
    draft: () => makeDraft(parts.drafts, parts.session),
    keep: (draft, known) => keepLayer(all, draft, known ? { diff: known } : {}),
    discard: (draft) => removeTree(draftFolder(draft)),
    diff: (id) => once(diffs, id, () => diff(all, id)),
    tar: (id) => tar(all, id),
    formed: async (id, form) => formed(all, id, await once(diffs, id, () => diff(all, id)), form),
    streamed: async (id, compression) =>
      streamLayer(
        formParts(all, id),
        recordOf(records, id),
        await once(diffs, id, () => diff(all, id)),
        compression,
      ),
    unpack: (blob, expected, created) =>
      once(unpacks, `${blob.digest} ${expected}`, () => unpackBlob(all, blob, { expected, created })),
    receive: (blob, expected, options) =>
      once(unpacks, `${blob.digest} ${expected}`, () => receiveLayer(all, blob, expected, options)),
    verify: (id) => verify(all, id),
    sync: () => sync(parts.folder),
    treeTar: (trees, options) => treeTar(all, trees, options),
    entries: (id) => layerEntries(all.driver.folder(id)),
    view: (layers, upper) => openView(all.driver.lower(layers), upper),
  };
}

type Parts = LayerStoreParts & { readonly driver: OverlayDriver };

/** Shares one run of `work` among all who ask for `key` while it lasts. */
function once<T>(running: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const known = running.get(key);
  if (known) return known;
  const started = work().finally(() => running.delete(key));
  running.set(key, started);
  return started;
}

async function diff({ records, driver }: Parts, id: LayerId): Promise<LayerDiff> {
  const record = recordOf(records, id);
  if (record.diff) return record.diff;
  const { diffId, size, usage } = await digestLayer(driver.folder(id));
  records.setDiff(id, { diffId, size });
  records.setUsage(id, usage);
  return { diffId, size };
}

function treeTar(
  { driver }: Parts,
  trees: readonly LayerTree[],
  { time }: { readonly time?: number } = {},
): Readable {
  const packed = trees.map(({ layers, prefix, marks = false }) => ({
    folders: driver.lower(layers),
    marks,
    ...(prefix === undefined ? {} : { prefix }),
  }));
  return tarStream({ trees: packed }, time === undefined ? {} : { time: Math.floor(time / 1000) });
}

/** What was received is given back byte for byte: its tar need not have been canonical. */
async function tar({ records, content, driver }: Parts, id: LayerId): Promise<Readable> {
  const { blob } = recordOf(records, id);
  if (!blob || !content.has(blob.digest)) return tarStream({ folder: driver.folder(id) });
  const bytes = decompressed(createReadStream(content.path(blob.digest)), corruptLayer);
  return Readable.from(bytes, { objectMode: false });
}

function formed(parts: Parts, id: LayerId, layerDiff: LayerDiff, form: LayerForm): Promise<LayerBlob> {
  return formLayer(formParts(parts, id), recordOf(parts.records, id), layerDiff, form);
}

function formParts(parts: Parts, id: LayerId): FormParts {
  const { records, content, driver } = parts;
  const source = async (times: LayerTimes | undefined): Promise<Readable> =>
    times === undefined ? tar(parts, id) : tarStream({ folder: driver.folder(id) }, packTimes(times));
  return { records, content, tar: source };
}

function packTimes(times: LayerTimes): { readonly latest: number } | { readonly time: number } {
  return 'latest' in times
    ? { latest: Math.floor(times.latest / 1000) }
    : { time: Math.floor(times.fixed / 1000) };
}

/** A received tar need not be canonical: then what its blob unpacks to is what the folder must be equal to. */
async function verify(parts: Parts, id: LayerId): Promise<string | undefined> {
  const { diff: known, blob } = recordOf(parts.records, id);
  if (!known) return undefined;
  const found = await digestOf(parts.driver.folder(id));
  if (found === known.diffId) return undefined;
  if (!blob) return `its files now have the diffID "${found}", not "${known.diffId}"`;
  if (!parts.content.has(blob.digest)) return `the blob "${blob.digest}" it was unpacked from is gone`;
  const draft = makeDraft(parts.drafts, parts.session);
  try {
    await unpackInto(parts, blob, draft);
    const same = found === (await digestOf(draft.upper));
    return same ? undefined : `its files differ from those of the blob "${blob.digest}"`;
  } finally {
    await removeTree(draftFolder(draft));
  }
}

async function digestOf(folder: string): Promise<Digest> {
  return (await layerPool('short').run({ kind: 'diff', folder })).diffId;
}

async function sync(folder: string): Promise<void> {
  const fd = openSync(folder, 'r');
  try {
    await syncFileSystem(fd);
  } finally {
    closeSync(fd);
  }
}

function recordOf(records: LayerRecords, id: LayerId): LayerRecord {
  const record = records.get(id);
  if (record) return record;
  throw new CaissonError('LAYER_NOT_FOUND', `Layer "${id}" is not in the store`, {
    hint: 'It was removed meanwhile; build, load or pull its image again.',
  });
}
