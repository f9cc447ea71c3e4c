// From a request and its opened sources to one graph for each platform.

import { CaissonError, type EventSink } from '../core/index.ts';
import { formatPlatform, hostPlatform, type Platform } from '../oci/index.ts';
import type { ImageRecord } from '../store/index.ts';
import { ignoreFile, imageFinder, planChecked } from './check/index.ts';
import { execPlanOptions } from './exec-request.ts';
import { planBuild } from './plan/index.ts';
import type { BuildRequest, BuildServices } from './request.ts';
import type { OpenedSources } from './sources/index.ts';
import type { BuildGraph, PlanOptions } from './types.ts';

/** The step under which the Dockerfile is read and planned. */
export const definitionVertex = '[internal] load build definition';

/** Checks once, for the first platform, with the images that planning found. */
export function planAndCheck(
  request: BuildRequest,
  services: BuildServices,
  inputs: OpenedSources,
  onEvent: EventSink,
): Promise<readonly BuildGraph[]> {
  const [platform = hostPlatform()] = platformsOf(request);
  const options = planOptions(request, services, inputs, platform);
  const { resolveImage, found: images } = imageFinder(options.resolveImage, false);
  const checked = {
    ...options,
    ...options.dockerfile,
    images,
    ...(inputs.local ? ignoreFile(inputs.local) : {}),
  };
  return planChecked(checked, { onEvent, vertex: definitionVertex }, (parsed) =>
    planAll(
      request,
      { ...services, resolveImage },
      { ...inputs, dockerfile: { ...inputs.dockerfile, parsed } },
    ),
  );
}

/** One graph for each platform asked for. Throws as planning does. */
export function planAll(
  request: BuildRequest,
  services: BuildServices,
  inputs: OpenedSources,
): Promise<readonly BuildGraph[]> {
  return Promise.all(
    platformsOf(request).map((platform) => planBuild(planOptions(request, services, inputs, platform))),
  );
}

/** The platforms asked for, each once, in that order; else this machine's. */
function platformsOf({ platforms = [] }: BuildRequest): readonly Platform[] {
  if (platforms.length === 0) return [hostPlatform()];
  return [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()];
}

/** Tells what parsing found that is no error, each once. */
export function warn(
  graphs: readonly BuildGraph[],
  { dockerfile: { name } }: OpenedSources,
  onEvent: EventSink,
): void {
  const messages = graphs.flatMap(({ diagnostics }) =>
    diagnostics
      // Told by the check NoEmptyContinuation.
      .filter(({ code }) => code !== 'blank-continuation')
      .map(({ message, range }) => `${name}:${range.start.line}: ${message}`),
  );
  for (const message of new Set(messages)) onEvent({ kind: 'warning', message, time: Date.now() });
}

function planOptions(
  request: BuildRequest,
  services: BuildServices,
  inputs: OpenedSources,
  platform: Platform,
): PlanOptions {
  const { buildArgs, labels, target, network, noCache } = request;
  const buildPlatform = hostPlatform();
  return {
    dockerfile: inputs.dockerfile,
    context: inputs.context,
    namedContexts: inputs.namedContexts,
    buildArgs,
    labels,
    platform,
    buildPlatform,
    severalPlatforms: platformsOf(request).length > 1,
    noCache,
    ...execPlanOptions(request),
    resolveImage: request.pull ? refusePull : imageResolver(services),
    ...(target === undefined ? {} : { target }),
    ...(network === undefined ? {} : { network }),
  };
}

async function refusePull(reference: string): Promise<never> {
  throw new CaissonError(
    'PULL_UNAVAILABLE',
    `A newer "${reference}" cannot be asked for: this build of Caisson speaks to no registry`,
    {
      hint: 'Leave out --pull to build on the image in the store; "caisson load" brings in newer ones.',
    },
  );
}

/** Finds base images: those in the store, unless the services say otherwise. */
export function imageResolver(services: BuildServices): PlanOptions['resolveImage'] {
  return services.resolveImage ?? ((reference, wanted) => fromStore(services, reference, wanted));
}

async function fromStore(
  { store }: BuildServices,
  reference: string,
  platform: Platform,
): Promise<ImageRecord> {
  const image = store.images.find(reference, platform);
  if (image !== undefined) return image;
  const others = store.images.findIndex(reference)?.images.map((other) => formatPlatform(other.platform));
  if (others !== undefined)
    throw new CaissonError(
      'IMAGE_NOT_FOUND',
      `no match for platform in manifest: "${reference}" has no image for ${formatPlatform(platform)}`,
      { hint: `It has ${others.join(', ')}.` },
    );
  throw new CaissonError('IMAGE_NOT_FOUND', `The image "${reference}" is not in the store`, {
    hint: 'Load or import it first: see `caisson load` and `caisson import`.',
  });
}
