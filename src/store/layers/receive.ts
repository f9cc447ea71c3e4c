// Receives a layer's blob and unpacks it while it comes: nothing of it is seen before both digests are right.

import { isCaissonError } from '../../core/index.ts';
import type { Descriptor, Digest } from '../../oci/index.ts';
import { openGrowth, type PartialBlob, sizeMismatch } from '../content/index.ts';
import type { LayerDraft, LayerRecord, ReceiveOptions } from '../types.ts';
import { layerPool } from './jobs.ts';
import type { UnpackResult } from './unpack.ts';
import { drafted, keepUnpacked, type UnpackParts, unpackInto } from './unpacked.ts';

/** See `LayerStore.receive`. */
export async function receiveLayer(
  parts: UnpackParts,
  blob: Descriptor,
  expected: Digest,
  options: ReceiveOptions,
): Promise<LayerRecord> {
  const { content } = parts;
  const known = knownLayer(parts, blob, expected);
  if (known) return known;
  if (content.hold(blob.digest) || (await content.borrow(blob, options.signal)))
    return unpackStored(parts, blob, expected);
  await using partial = await content.partial(blob.digest, options);
  // Another process brought it in.
  if (!partial) return knownLayer(parts, blob, expected) ?? unpackStored(parts, blob, expected);
  const resumed = partial.length > 0;
  try {
    return await receiveInto(parts, partial, blob, expected, options);
  } catch (error) {
    if (!isDamage(error)) throw error;
    await partial.clear();
    // What an interrupted process left need not be what it wrote: a loss of power takes the end of a file.
    if (resumed) return await receiveAnew(parts, partial, blob, expected, options);
    partial.remove();
    throw error;
  }
}

/** A layer that is known to be in this very blob; one that was built is its own uncompressed blob. */
function knownLayer(
  { content, records }: UnpackParts,
  { digest }: Descriptor,
  expected: Digest,
): LayerRecord | undefined {
  const known = records.byDiffId(expected);
  if (known === undefined || (known.blob?.digest ?? expected) !== digest) return undefined;
  return known.blob === undefined || content.hold(digest) ? known : undefined;
}

/** That a blob is there and a layer is there does not say that the one is in the other. */
function unpackStored(parts: UnpackParts, blob: Descriptor, expected: Digest): Promise<LayerRecord> {
  return drafted(parts, async (draft) =>
    keepUnpacked(parts, draft, blob, await unpackInto(parts, blob, draft), { expected }),
  );
}

async function receiveAnew(
  ...[parts, partial, ...asked]: Parameters<typeof receiveInto>
): Promise<LayerRecord> {
  try {
    return await receiveInto(parts, partial, ...asked);
  } catch (error) {
    if (isDamage(error)) partial.remove();
    throw error;
  }
}

function receiveInto(
  parts: UnpackParts,
  partial: PartialBlob,
  blob: Descriptor,
  expected: Digest,
  options: ReceiveOptions,
): Promise<LayerRecord> {
  return drafted(parts, async (draft) => {
    const unpacked = await unpackWhileReceived(partial, blob, draft, options);
    await parts.content.adopt({ path: partial.path, digest: blob.digest, size: blob.size });
    return keepUnpacked(parts, draft, blob, unpacked, { expected });
  });
}

/** The first of both that fails stops the other. */
async function unpackWhileReceived(
  partial: PartialBlob,
  blob: Descriptor,
  draft: LayerDraft,
  options: ReceiveOptions,
): Promise<UnpackResult> {
  const growth = openGrowth(partial.length);
  const stop = new AbortController();
  const unpacking = layerPool('receiving').run({
    kind: 'unpack-growing',
    request: {
      file: partial.path,
      folder: draft.upper,
      whiteouts: true,
      growth: growth.shared,
      digest: blob.digest,
    },
  });
  const failed = unpacking.catch((error: unknown) => {
    stop.abort(error);
    throw error;
  });
  failed.catch(() => {});
  try {
    const signal = AbortSignal.any([options.signal, stop.signal]);
    await receiveBytes(partial, blob, { ...options, signal }, growth.reach);
    growth.end('complete');
    const [unpacked] = await Promise.all([failed, partial.sync()]);
    return unpacked;
  } catch (error) {
    growth.end('failed');
    // The draft is the thread's until it has ended.
    await unpacking.catch(() => {});
    throw error;
  }
}

async function receiveBytes(
  partial: PartialBlob,
  { size }: Descriptor,
  { open, signal, onProgress }: ReceiveOptions,
  reach: (length: number) => void,
): Promise<void> {
  if (partial.length < size) {
    const source = await open(partial.length, signal);
    const abort = (): unknown => source.destroy(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      await partial.append(source, size, (length) => {
        reach(length);
        onProgress(length);
      });
      signal.throwIfAborted();
    } finally {
      source.destroy();
      signal.removeEventListener('abort', abort);
    }
  }
  if (partial.length !== size) throw sizeMismatch(partial.length, size);
}

/** Whether the bytes that came are of no use: they are not what they should be, or no layer. */
function isDamage(error: unknown): boolean {
  return isCaissonError(error) && damages.has(error.code);
}

const damages: ReadonlySet<string> = new Set([
  'DIGEST_MISMATCH',
  'LAYER_DIGEST_MISMATCH',
  'LAYER_INVALID',
  'TAR_INVALID',
  'LAYER_TOO_LARGE',
]);
