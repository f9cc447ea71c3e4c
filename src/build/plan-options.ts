// What planning is given of a request and its opened sources.

import { formatPlatform, hostPlatform, type Platform } from '../oci/index.ts';
import { execPlanOptions } from './exec-request.ts';
import type { BuildRequest } from './request.ts';
import type { OpenedSources } from './sources/index.ts';
import type { PlanOptions } from './types.ts';

type OneOrMore<T> = readonly [T, ...T[]];

/** What planning is given, for each platform asked for. */
export function planOptions(
  request: BuildRequest,
  resolveImage: PlanOptions['resolveImage'],
  inputs: OpenedSources,
): OneOrMore<PlanOptions> {
  const { buildArgs, labels, target, network, noCache } = request;
  const buildPlatform = hostPlatform();
  const { text, name } = inputs.dockerfile;
  const shared = {
    dockerfile: { text, name },
    context: inputs.context,
    namedContexts: inputs.namedContexts,
    buildArgs,
    labels,
    buildPlatform,
    severalPlatforms: platformsOf(request).length > 1,
    noCache,
    ...execPlanOptions(request),
    resolveImage,
    ...(request.attest?.sbom ? { sbom: true } : {}),
    ...(target === undefined ? {} : { target }),
    ...(network === undefined ? {} : { network }),
  };
  const [first, ...others] = platformsOf(request);
  return [{ ...shared, platform: first }, ...others.map((platform) => ({ ...shared, platform }))];
}

/** The platforms asked for, each once, in that order; else this machine's. */
function platformsOf({ platforms = [] }: BuildRequest): OneOrMore<Platform> {
  const [first = hostPlatform(), ...others] = new Map(
    platforms.map((platform) => [formatPlatform(platform), platform]),
  ).values();
  return [first, ...others];
}
