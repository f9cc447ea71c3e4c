// Bytes on their way into a bucket in parts, and the state of an upload that they make.

import type { Digest } from '../../../oci/index.ts';
import { blobTooLarge } from '../storage/lengths.ts';
import { keys } from './keys.ts';
import { type BucketContext, writeJson } from './objects.ts';

/** An upload as the bucket has it. */
export interface UploadState {
  readonly repository: string;
  /** Milliseconds since the epoch. */
  readonly begun: number;
  readonly touched: number;
  /** Bytes received, those of the tail among them. */
  readonly size: number;
  readonly tail: number;
  /** The upload in parts, once there is a part. */
  readonly parts?: { readonly id: string; readonly etags: readonly string[] };
  /** All bytes are in one object. */
  readonly whole?: true;
  /** Set before anything refers to that object. */
  readonly digest?: Digest;
}

/** All parts but the last are of one size, which some services ask for (Cloudflare's R2); S3 takes none under 5 MB. */
const partSize = 8 * 1024 * 1024;
/** S3 takes no more; some services take fewer (OpenStack Swift 1000, unless told otherwise). */
const mostParts = 10_000;

/** An upload that gets bytes says so this often, in milliseconds: what sweeps uploads that were left leaves it. */
const renewal = 60_000;

/** Gathers bytes into parts; one is on its way while the next is gathered. Each part that arrived is in the upload's state at once. */
export async function openWriter(context: BucketContext, id: string, state: UploadState) {
  const { bucket } = context;
  const key = keys.data(id);
  let gathered: Buffer[] = [];
  let waiting = 0;
  let stored = state.size - state.tail;
  let parts = state.parts;
  let sending: Promise<void> | undefined;
  const saver = openSaver(context, id, state);
  if (state.tail > 0) for await (const piece of bucket.read(keys.tail(id), 0, state.tail)) gather(piece);
  function gather(piece: Buffer): void {
    gathered.push(Buffer.from(piece));
    waiting += piece.length;
  }
  function take(): Buffer {
    const all = Buffer.concat(gathered, waiting);
    gathered = [];
    waiting = 0;
    gather(all.subarray(partSize));
    return all.subarray(0, partSize);
  }
  const stateWith = (tail: number): UploadState => {
    const next = { ...state, touched: Date.now(), size: stored + tail, tail };
    return parts ? { ...next, parts } : next;
  };
  /** What was acknowledged before this append stays, until it is in a part that arrived. */
  const keptTail = (): number => (stored < state.size ? state.tail : 0);
  const send = async (body: Buffer): Promise<void> => {
    if ((parts?.etags.length ?? 0) >= mostParts - 1) throw blobTooLarge(mostParts * partSize);
    if (!parts) {
      parts = { id: await bucket.beginParts(key), etags: [] };
      // Known before there is a part: whatever happens, the upload's end ends them.
      await saver.save({ ...state, parts, touched: Date.now() });
    }
    const etag = await bucket.putPart(key, parts.id, parts.etags.length + 1, body);
    parts = { ...parts, etags: [...parts.etags, etag] };
    stored += body.length;
    await saver.save(stateWith(0));
  };
  return {
    async add(piece: Buffer): Promise<void> {
      gather(piece);
      await saver.renew();
      while (waiting >= partSize) {
        const body = take();
        await sending;
        sending = send(body);
        // Its failure is met with the next part, or at the end.
        sending.catch(() => undefined);
      }
    },
    /** Leaves the upload as it was; what an earlier part's number has is put anew, or not taken into the object. */
    async undo(): Promise<void> {
      await sending?.catch(() => undefined);
      await saver.save({ ...state, touched: Date.now() });
      if (parts && !state.parts) await bucket.abortParts(key, parts.id);
    },
    /** Keeps the rest, and gives the state; of what came since, nothing after a part that failed is kept. */
    async end(): Promise<{ readonly next: UploadState; readonly failure?: unknown }> {
      const failure = await sending?.then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined && waiting > 0)
        await bucket.put(keys.tail(id), Buffer.concat(gathered, waiting));
      const next = stateWith(failure === undefined ? waiting : keptTail());
      await saver.save(next);
      return failure === undefined ? { next } : { next, failure };
    },
  };
}

/** Writes the states of an upload one after another, and renews the last one's time. */
export function openSaver(context: BucketContext, id: string, state: UploadState) {
  let saved = state;
  let writing: Promise<void> = Promise.resolve();
  const save = (next: UploadState): Promise<void> => {
    saved = next;
    const write = (): Promise<void> => writeJson(context, keys.upload(id), next);
    writing = writing.then(write, write);
    return writing;
  };
  return {
    save,
    async renew(): Promise<void> {
      if (Date.now() - saved.touched > renewal) await save({ ...saved, touched: Date.now() });
    },
  };
}
