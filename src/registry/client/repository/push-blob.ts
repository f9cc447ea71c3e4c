// A blob into a repository: not at all where it is, by mounting where another repository has it, else by an upload.

import { CaissonError } from '../../../core/index.ts';
import type { BlobPush, PushedBlob, PushOptions, RequestOptions } from '../../types.ts';
import { blobSizeAt } from './blobs.ts';
import type { RepositoryAt } from './context.ts';
import { endpointToPush } from './endpoints.ts';
import { checkedDigest, checkedPath } from './names.ts';
import { uploadBlob } from './upload.ts';
import { beginUpload, cancelUpload, type UploadSession, type UploadTarget } from './upload-session.ts';

const mostMounts = 3;

/** Takes a blob in; says how it came to be there. */
export async function pushBlob(
  at: RepositoryAt,
  blob: PushedBlob,
  { mountFrom = [], signal, ...options }: RequestOptions & PushOptions,
): Promise<BlobPush> {
  const digest = checkedDigest(blob.descriptor.digest);
  const endpoint = endpointToPush(at);
  const target: UploadTarget = {
    at,
    endpoint,
    scope: { repository: at.path, actions: ['pull', 'push'] },
    what: `blob "${digest}" of "${at.path}"`,
    signal,
  };
  if ((await blobSizeAt(at, endpoint, digest, target.scope, target)) !== undefined) return 'exists';
  const others = mountFrom.map(checkedPath).filter((path) => path !== at.path);
  const begun = await mounted(target, digest, others.slice(0, mostMounts));
  if (begun === 'mounted') return 'mounted';
  await uploadBlob(target, blob, { ...options, begun });
  return 'uploaded';
}

/** Tries one repository after the other; the last refusal that began an upload instead is used for it. */
async function mounted(
  target: UploadTarget,
  digest: string,
  others: readonly string[],
): Promise<UploadSession | 'mounted' | undefined> {
  let begun: UploadSession | undefined;
  for (const from of others) {
    const answer = await beginUpload(target, { digest, from }).catch((error: unknown) => {
      if (target.signal.aborted || !(error instanceof CaissonError)) throw error;
      return undefined;
    });
    if (begun && answer) await cancelUpload(target, begun);
    if (answer === 'mounted') return answer;
    begun = answer ?? begun;
  }
  return begun;
}
