// A context that is a tar archive: unpacked into a layer, so that nothing in it can lie elsewhere.

import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync, statfsSync } from 'node:fs';
import { type Readable, Transform, type TransformCallback } from 'node:stream';
import { CaissonError, isCaissonError, messageOf } from '../../core/index.ts';
import { type Digest, TarReader } from '../../oci/index.ts';
import { decompressed, type LayerDraft, LayerWriter } from '../../store/index.ts';
import type { NamedContext } from '../named-context.ts';
import { inDraft } from '../ops/draft.ts';
import { isArchiveStart } from './archive-start.ts';
import { headLength } from './peek.ts';
import type { SourceServices } from './types.ts';

/** The stream of the archive at `path`; undefined when the file is something else. */
export async function archiveFile(path: string): Promise<Readable | undefined> {
  const head = Buffer.alloc(headLength);
  const fd = openSync(path, 'r');
  try {
    const length = readSync(fd, head, 0, headLength, 0);
    if (!isArchiveStart(head.subarray(0, length))) return undefined;
  } finally {
    closeSync(fd);
  }
  return createReadStream(path, { highWaterMark: 1 << 20 });
}

/** Unpacks an archive with the owners and times it gives; `name` is for messages. Throws `CONTEXT_INVALID`, `PROGRAM_NOT_FOUND`. */
export async function archiveTree(
  stream: Readable,
  name: string,
  services: SourceServices,
): Promise<NamedContext & { readonly kind: 'tree' }> {
  const { store, signal } = services;
  const { digest, tap } = hashed();
  const { id } = await inDraft(store, async (draft) => {
    await unpack(stream.compose(tap) as Readable, name, draft, signal);
    return undefined;
  });
  return { kind: 'tree', digest: digest(), layers: [id] };
}

function hashed(): { readonly digest: () => Digest; readonly tap: Transform } {
  const hash = createHash('sha256');
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback): void {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { digest: () => `sha256:${hash.digest('hex')}`, tap };
}

async function unpack(source: Readable, name: string, draft: LayerDraft, signal: AbortSignal): Promise<void> {
  const { bavail, bsize } = statfsSync(draft.upper);
  let left = bavail * bsize;
  using writer = new LayerWriter(draft.upper, { whiteouts: false });
  const reader = new TarReader(writer);
  try {
    for await (const chunk of decompressed(source, (cause) => invalidContext(name, cause))) {
      signal.throwIfAborted();
      left -= chunk.length;
      if (left < 0) throw new Error('it unpacks to more than the disk has room for');
      reader.push(chunk);
    }
    reader.finish();
    writer.close();
  } catch (error) {
    signal.throwIfAborted();
    throw isCaissonError(error, 'CONTEXT_INVALID') || isCaissonError(error, 'PROGRAM_NOT_FOUND')
      ? error
      : invalidContext(name, error);
  }
}

function invalidContext(name: string, cause: unknown): CaissonError {
  return new CaissonError('CONTEXT_INVALID', `Cannot unpack the context from ${name}: ${messageOf(cause)}`, {
    hint: 'Check that the archive is whole, and that no name in it leads out of it.',
    cause,
  });
}
