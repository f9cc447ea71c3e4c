// A build that is remembered: every event goes to its log, its end to its record.

import { basename, resolve } from 'node:path';
import type { BuildOptions, BuildRequest } from '../../build/index.ts';
import { type EventSink, formatEvent, messageOf } from '../../core/index.ts';
import type { BuildEnd, BuildLog, BuildSteps, NewBuild, Store } from '../../store/index.ts';

/** What the record needs to know of a build that succeeded. */
export interface RecordedResult {
  readonly manifestDigest?: string;
  readonly steps: { readonly ran: number; readonly cached: number };
}

/** Runs `work` and keeps its events and its end under an id. A history that cannot be written does not stop a build. */
export async function recorded<T extends RecordedResult>(
  store: Store,
  request: BuildRequest,
  options: BuildOptions,
  work: (options: BuildOptions) => Promise<T>,
): Promise<T & { readonly buildId?: string }> {
  const log = begin(store, request);
  if (log === undefined) return work(options);
  const counts = countSteps();
  let kept: string | undefined;
  const onEvent: EventSink = (event) => {
    counts.onEvent(event);
    if (event.kind === 'kept') kept = event.id;
    log.write(formatEvent(event));
    options.onEvent(event);
  };
  try {
    const result = await work({ ...options, onEvent });
    const { manifestDigest } = result;
    const made = manifestDigest === undefined ? {} : { digest: manifestDigest };
    log.end({ status: 'completed', steps: counts.steps(), ...made });
    return { ...result, buildId: log.id };
  } catch (error) {
    log.end({
      ...failure(error, counts.steps(), options.signal),
      ...(kept === undefined ? {} : { kept }),
    });
    throw error;
  }
}

function begin(store: Store, request: BuildRequest): BuildLog | undefined {
  try {
    return store.builds.begin(describe(request));
  } catch {
    return undefined;
  }
}

function describe({ context, dockerfile, tags, target }: BuildRequest): NewBuild {
  const isPlace = context === '-' || /^[a-z+]+:\/\/|^git@/.test(context);
  return {
    name: tags[0] ?? (isPlace ? context : basename(resolve(context))),
    context: isPlace ? context : resolve(context),
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(target === undefined ? {} : { target }),
  };
}

function failure(error: unknown, steps: BuildSteps, { aborted }: AbortSignal): BuildEnd {
  return { status: aborted ? 'cancelled' : 'failed', steps, error: messageOf(error) };
}

function countSteps(): { readonly onEvent: EventSink; readonly steps: () => BuildSteps } {
  const [planned, ran, cached] = [new Set<string>(), new Set<string>(), new Set<string>()];
  return {
    onEvent(event) {
      if (event.kind === 'vertex-planned' && isStep(event.name)) planned.add(event.vertex);
      if (event.kind !== 'vertex-ended' || !planned.has(event.vertex)) return;
      if (event.outcome === 'done') ran.add(event.vertex);
      if (event.outcome === 'cached') cached.add(event.vertex);
    },
    steps: () => ({ total: planned.size, ran: ran.size, cached: cached.size }),
  };
}

/** Not what the build does for itself: reading its inputs, exporting. */
function isStep(name: string): boolean {
  return !/^(\[internal\]|exporting )/.test(name);
}
