// What is told of a copy while it goes on: each blob is a step.

import { type EventSink, messageOf } from '../../core/index.ts';
import type { Descriptor } from '../../oci/index.ts';
import type { BlobPush } from '../types.ts';

type Report = (
  blob: Descriptor,
  work: (onProgress: (taken: number) => void) => Promise<BlobPush>,
) => Promise<BlobPush>;

/** Announces `blobs`; what it returns does the work for one and tells how it goes. */
export function copyReporter(blobs: readonly Descriptor[], onEvent: EventSink): Report {
  for (const { digest, size } of blobs)
    onEvent({
      kind: 'vertex-planned',
      vertex: digest,
      name: `copying ${digest} (${size} bytes)`,
      inputs: [],
      time: Date.now(),
    });
  return async ({ digest, size }, work) => {
    onEvent({ kind: 'vertex-started', vertex: digest, time: Date.now() });
    const onProgress = (current: number): void =>
      onEvent({
        kind: 'progress',
        vertex: digest,
        label: 'copied',
        current,
        total: size,
        unit: 'bytes',
        time: Date.now(),
      });
    try {
      const push = await work(onProgress);
      const outcome = push === 'uploaded' ? 'done' : 'cached';
      onEvent({ kind: 'vertex-ended', vertex: digest, outcome, time: Date.now() });
      return push;
    } catch (error) {
      onEvent({
        kind: 'vertex-ended',
        vertex: digest,
        outcome: 'failed',
        error: messageOf(error),
        time: Date.now(),
      });
      throw error;
    }
  };
}
