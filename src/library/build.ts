// `build`: a Dockerfile and its context become an image; its events are an async iterable.

import type { ProgressEvent } from '../core/index.ts';
import { type BuildRequest, type BuildResult, openEngine } from '../engine/index.ts';
import { eventQueue } from './event-queue.ts';

/** Where the work is done, and what stops it. */
export interface LibraryOptions {
  /** The folder of images and containers; default as for the program: `CAISSON_ROOT`, else `/var/lib/caisson`. */
  readonly root?: string;
  readonly signal?: AbortSignal;
}

/** What to build; all but the context has a default. */
export type BuildInput = Pick<BuildRequest, 'context'> & Partial<BuildRequest>;

/** A build that runs: iterate over its events, wait for its result, or both. */
export interface Building extends AsyncIterable<ProgressEvent> {
  /** Rejects with a `CaissonError` when the build fails. */
  readonly result: Promise<BuildResult>;
}

/**
 * Builds an image. To see all events begin to iterate at once, without waiting for anything first. A failure is thrown by the
 * iteration too. Errors are those of the program: `STEP_FAILED`, `DOCKERFILE_INVALID`…
 */
export function build(input: BuildInput, options: LibraryOptions = {}): Building {
  const queue = eventQueue();
  const result = start(input, options, queue.onEvent);
  result.then(
    () => queue.end(),
    (failure: unknown) => queue.end(failure),
  );
  return { result, [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator]() };
}

async function start(
  input: BuildInput,
  { root, signal = new AbortController().signal }: LibraryOptions,
  onEvent: (event: ProgressEvent) => void,
): Promise<BuildResult> {
  await using engine = await openEngine(root === undefined ? {} : { root });
  return await engine.build({ ...defaults, ...input }, { onEvent, signal });
}

const defaults = { tags: [], buildArgs: {}, labels: {}, noCache: false, explain: false } as const;
