// The caches of one build: what it may use, what it leaves.

import { type EventSink, parseGoBoolean } from '../../core/index.ts';
import type { LayerId, Store } from '../../store/index.ts';
import type { BuildOutcome } from '../export/types.ts';
import type { BuildGraph } from '../types.ts';
import { collectSteps } from './collect.ts';
import { checkCacheTargets, exportCaches } from './export.ts';
import { openImports } from './imports.ts';
import { inlineMembers } from './inline.ts';
import type { CacheImports, CacheRequest, CacheTarget, CacheTransport, SolvedStep } from './types.ts';

/** What a build's caches work with. */
export interface CacheServices {
  readonly store: Store;
  /** Carries caches to and from a registry. */
  readonly cacheTransport?: CacheTransport;
}

/** What caches need of a solved build. */
export interface SolvedBuild {
  readonly solvedSteps: readonly SolvedStep[];
  /** The layers of each image, bottom first. */
  readonly targets: readonly (readonly LayerId[])[];
}

/** The caches of one build. */
export interface CacheSession {
  readonly imports: CacheImports | undefined;
  /** Whether writing needs the keys of all steps. */
  readonly keepKeys: boolean;
  /** The outcome with an inline cache for its images, where one was asked for. */
  complete(outcome: BuildOutcome, steps: readonly SolvedStep[]): Promise<BuildOutcome>;
  /** Writes the caches asked for. Throws `CACHE_EXPORT_FAILED`. */
  write(solution: SolvedBuild, graphs: readonly Pick<BuildGraph, 'vertices'>[]): Promise<void>;
}

/** Reads the caches of a request, unless it uses none; says early what cannot be written. Throws `CACHE_UNAVAILABLE`. */
export async function openCaches(
  request: CacheRequest & { readonly noCache: boolean; readonly buildArgs: Readonly<Record<string, string>> },
  services: CacheServices,
  options: { readonly onEvent: EventSink; readonly signal: AbortSignal },
): Promise<CacheSession> {
  const { store } = services;
  const targets = targetsOf(request);
  checkCacheTargets(targets, services);
  const imports = await openImports(request.noCache ? [] : (request.cacheFrom ?? []), services, options);
  const parts = { ...services, imports };
  return {
    imports,
    keepKeys: targets.length > 0,
    async complete(outcome, steps) {
      const changed = outcome.changed || (imports?.brought ?? false);
      if (!targets.some(({ kind }) => kind === 'inline')) return { ...outcome, changed };
      const results = await collectSteps(steps, parts);
      const platforms = outcome.platforms.map(async (platform) => ({
        ...platform,
        configMembers: await inlineMembers(results, platform.layers, store),
      }));
      return { ...outcome, changed, platforms: await Promise.all(platforms) };
    },
    write: ({ solvedSteps, targets: images }, graphs) =>
      exportCaches({ steps: solvedSteps, images, mounts: mountIds(graphs) }, targets, parts, options),
  };
}

/** The build argument is how BuildKit is asked for an inline cache where there are no flags. */
function targetsOf({
  cacheTo = [],
  buildArgs,
}: CacheRequest & { readonly buildArgs: Readonly<Record<string, string>> }): readonly CacheTarget[] {
  const asked = parseGoBoolean(buildArgs['BUILDKIT_INLINE_CACHE'] ?? '') === true;
  return asked && !cacheTo.some(({ kind }) => kind === 'inline') ? [...cacheTo, { kind: 'inline' }] : cacheTo;
}

function mountIds(graphs: readonly Pick<BuildGraph, 'vertices'>[]): ReadonlySet<string> {
  const steps = graphs.flatMap(({ vertices }) => [...vertices.values()]);
  const mounts = steps.flatMap((vertex) => (vertex.kind === 'exec' ? (vertex.mounts ?? []) : []));
  return new Set(mounts.flatMap((mount) => (mount.kind === 'cache' ? [mount.id] : [])));
}
