// A blob as one stream: broken connections are taken up again where they broke, at the same place or the next.

import { Readable } from 'node:stream';
import { CaissonError, messageOf } from '../../../core/index.ts';
import type { Descriptor } from '../../../oci/index.ts';
import type { RequestOptions } from '../../types.ts';
import { growingPause, isPassing, pause } from '../transport/index.ts';
import type { RetryPolicy } from '../types.ts';
import {
  type BlobSource,
  checkSize,
  foreignSources,
  type OpenedBlob,
  openAt,
  registrySources,
} from './blob-source.ts';
import type { RepositoryAt } from './context.ts';
import { endpointsFor } from './endpoints.ts';

const bufferSize = 1024 * 1024;

/** So many bytes from one connection count as progress: tries are counted anew. */
const progress = 1024 * 1024;

/** Opens a blob. Throws `BLOB_NOT_FOUND`, `BLOB_SIZE_MISMATCH`; the stream throws these and `BLOB_TRUNCATED`. */
export async function openBlob(
  at: RepositoryAt,
  descriptor: Descriptor,
  { signal, offset = 0 }: RequestOptions & { readonly offset?: number },
): Promise<Readable> {
  signal.throwIfAborted();
  if (offset >= descriptor.size) return Readable.from([], { objectMode: false });
  const endpoints = endpointsFor(at, 'pull');
  const sources = [
    ...registrySources(at, endpoints, descriptor),
    ...foreignSources(at, descriptor, endpoints[0]),
  ];
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const open = (from: number) => openFirst(at, sources, descriptor, from, either);
  const first = await open(offset);
  return resumable({ descriptor, offset, open, first, signal: either, stop, policy: at.retries });
}

/** From the first source that has the blob; what the last one says stands. */
async function openFirst(
  at: RepositoryAt,
  sources: readonly BlobSource[],
  descriptor: Descriptor,
  offset: number,
  signal: AbortSignal,
): Promise<OpenedBlob> {
  let problem: unknown;
  for (const source of sources) {
    try {
      const opened = await openAt(source, descriptor, offset, signal);
      if (opened) return opened;
    } catch (error) {
      signal.throwIfAborted();
      problem = error;
    }
  }
  throw (
    problem ??
    new CaissonError(
      'BLOB_NOT_FOUND',
      `"${at.domain}/${at.path}" does not have the blob "${descriptor.digest}"`,
      {
        hint: 'The image is incomplete there; push it again.',
      },
    )
  );
}

interface Transfer {
  readonly descriptor: Descriptor;
  readonly offset: number;
  readonly open: (offset: number) => Promise<OpenedBlob>;
  readonly first: OpenedBlob;
  readonly signal: AbortSignal;
  readonly stop: AbortController;
  readonly policy: RetryPolicy;
}

function resumable(transfer: Transfer): Readable {
  let current: Readable | undefined;
  const out = new Readable({
    highWaterMark: bufferSize,
    read: () => current?.resume(),
    destroy(error, done) {
      transfer.stop.abort(error ?? new Error('The blob is not read any more'));
      current?.destroy();
      done(error);
    },
  });
  const use = (body: Readable | undefined) => {
    current = body;
  };
  run(transfer, out, use).catch((error: unknown) => out.destroy(error as Error));
  return out;
}

async function run(
  { descriptor, offset, open, first, signal, policy }: Transfer,
  out: Readable,
  use: (body: Readable | undefined) => void,
): Promise<void> {
  let [position, failures] = [offset, 0];
  for (let opened = first; ; opened = await open(position)) {
    const { body } = opened.response;
    use(body);
    const { taken, problem } = await pour(opened, out, descriptor, position, signal);
    use(undefined);
    position += taken;
    signal.throwIfAborted();
    if (position === descriptor.size && !problem) break;
    if (problem instanceof CaissonError && !isPassing(problem)) throw problem;
    failures = taken >= progress ? 1 : failures + 1;
    // A server that is there, but never gets any further, will not do so with more patience.
    if (failures >= (taken > 0 ? policy.patientTries : policy.tries))
      throw truncated(descriptor, position, problem);
    await pause(growingPause(policy, failures), signal);
  }
  out.push(null);
}

interface Poured {
  readonly taken: number;
  /** A `CaissonError` is final unless it says that it may pass; anything else may. */
  readonly problem?: unknown;
}

/** Gives the bytes of one answer to `out`, no more than are wanted; the answer is closed afterwards. */
function pour(
  { response: { body }, skip }: OpenedBlob,
  out: Readable,
  { size, digest }: Descriptor,
  position: number,
  signal: AbortSignal,
): Promise<Poured> {
  return new Promise((resolve) => {
    let [left, wanted] = [skip, size - position];
    const finish = (problem?: unknown) => {
      signal.removeEventListener('abort', aborted);
      resolve({ taken: size - position - wanted, problem });
      body.destroy();
    };
    const aborted = () => finish(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    body.on('data', (chunk: Buffer) => {
      const kept = left > 0 ? chunk.subarray(left) : chunk;
      left -= chunk.length - kept.length;
      if (kept.length > wanted) return finish(overlong(size, digest));
      wanted -= kept.length;
      if (kept.length > 0 && !out.push(kept)) body.pause();
    });
    body.once('end', () => finish());
    body.once('error', finish);
    body.once('close', () => finish(new Error('The connection broke')));
    if (signal.aborted) aborted();
    if (body.destroyed) finish(new Error('The connection broke'));
  });
}

function overlong(size: number, digest: string): unknown {
  try {
    checkSize(size + 1, size, digest, { name: 'The registry' });
    return undefined;
  } catch (error) {
    return error;
  }
}

function truncated({ digest, size }: Descriptor, position: number, cause: unknown): CaissonError {
  const why = cause === undefined ? '' : `: ${messageOf(cause)}`;
  return new CaissonError(
    'BLOB_TRUNCATED',
    `The blob "${digest}" breaks off after ${position} of ${size} bytes, again and again${why}`,
    { hint: 'Try again later; what has come is kept.', cause },
  );
}
