// Layers made from blobs: unpacked into a draft, checked against the diffID, kept.

import { CaissonError } from '../../core/index.ts';
import type { Descriptor, Digest } from '../../oci/index.ts';
import { removeTree } from '../collect/remove-tree.ts';
import type { Blobs } from '../content/index.ts';
import type { LayerRecords } from '../records/layers.ts';
import type { SessionId } from '../session.ts';
import type { LayerDraft, LayerRecord } from '../types.ts';
import { closeDraft, draftFolder, makeDraft, placeDraft } from './drafts.ts';
import { layerPool } from './jobs.ts';
import type { UnpackResult } from './unpack.ts';

/** What layers are made with. */
export interface UnpackParts {
  readonly folder: string;
  readonly drafts: string;
  readonly session: SessionId;
  readonly records: LayerRecords;
  readonly content: Blobs;
}

/** Makes the draft a layer. */
export function keepLayer(
  { records, folder }: UnpackParts,
  draft: LayerDraft,
  known: Partial<Omit<LayerRecord, 'id'>>,
): LayerRecord {
  const record: LayerRecord = { id: draft.id, created: Date.now(), ...known };
  closeDraft(draft);
  records.add(record, () => placeDraft(draft, folder));
  return record;
}

/** Unpacks a blob of the content store; the same diffID twice is one layer. Throws `LAYER_DIGEST_MISMATCH`. */
export async function unpackBlob(
  parts: UnpackParts,
  blob: Descriptor,
  options: { readonly expected?: Digest | undefined; readonly created?: number | undefined },
): Promise<LayerRecord> {
  const known = options.expected === undefined ? undefined : knownLayer(parts, options.expected, blob);
  if (known) return known;
  return drafted(parts, async (draft) =>
    keepUnpacked(parts, draft, blob, await unpackInto(parts, blob, draft), options),
  );
}

/** Runs `work` on a new draft, which is gone afterwards unless it was kept. */
export async function drafted<T>(parts: UnpackParts, work: (draft: LayerDraft) => Promise<T>): Promise<T> {
  const draft = makeDraft(parts.drafts, parts.session);
  try {
    return await work(draft);
  } finally {
    await removeTree(draftFolder(draft));
  }
}

/** Keeps what was unpacked from `blob`, unless the layer is there already. Throws `LAYER_DIGEST_MISMATCH`. */
export function keepUnpacked(
  parts: UnpackParts,
  draft: LayerDraft,
  blob: Descriptor,
  { diffId, size, usage }: UnpackResult,
  { expected, created = Date.now() }: Parameters<typeof unpackBlob>[2],
): LayerRecord {
  if (expected !== undefined && diffId !== expected) throw mismatch(blob, diffId, expected);
  const twin = layerWithBlob(parts, diffId, blob);
  return twin ?? keepLayer(parts, draft, { diff: { diffId, size }, blob, usage, created });
}

/** Unpacks a stored blob into a draft. */
export function unpackInto(
  { content }: Pick<UnpackParts, 'content'>,
  blob: Descriptor,
  draft: LayerDraft,
): Promise<UnpackResult> {
  const file = content.path(blob.digest);
  return layerPool('short').run({
    kind: 'unpack',
    request: { file, folder: draft.upper, whiteouts: true },
  });
}

/** The layer where it is known to be in this very blob: what a blob is only said to hold would be given out as the layer. */
function knownLayer(
  parts: Pick<UnpackParts, 'records'>,
  diffId: Digest,
  blob: Descriptor,
): LayerRecord | undefined {
  if (blob.digest === diffId) return layerWithBlob(parts, diffId, blob);
  const record = parts.records.byDiffId(diffId);
  return record?.blob?.digest === blob.digest ? record : undefined;
}

/** The layer that has this diffID, which from now on also knows the form it was received in: `blob` is that. */
function layerWithBlob(
  { records }: Pick<UnpackParts, 'records'>,
  diffId: Digest,
  blob: Descriptor,
): LayerRecord | undefined {
  const record = records.byDiffId(diffId);
  if (!record || record.blob) return record;
  records.setBlob(record.id, blob);
  return { ...record, blob };
}

function mismatch(blob: Descriptor, found: Digest, expected: Digest): CaissonError {
  return new CaissonError(
    'LAYER_DIGEST_MISMATCH',
    `Layer blob "${blob.digest}" unpacks to diffID "${found}"; the image's config says "${expected}"`,
    { hint: 'The image contradicts itself: ask whoever made it for a valid one.' },
  );
}
