// Pulling: names asked for, and images that containers need.

import { CaissonError, isCaissonError } from '../../core/index.ts';
import { formatPlatform, parseReference, platformRank } from '../../oci/index.ts';
import type { PulledName } from '../../registry/index.ts';
import type { ImageNeed, PullRequest } from '../types.ts';
import { reaching } from './reach.ts';
import type { RegistryServices } from './services.ts';

/** What pulling needs of the engine. */
export type PullServices = Pick<RegistryServices, 'store' | 'client'>;

/** Pulls a name, or all tags of a repository; gives them in the order they were pulled. */
export async function pull(
  services: PullServices,
  name: string,
  { allTags = false, ...options }: PullRequest,
): Promise<readonly PulledName[]> {
  const { pullImage } = await import('../../registry/index.ts');
  const client = reaching(await services.client(), name, options);
  const names = allTags ? await namesOfAllTags(client, name, options) : [name];
  const pulled: PulledName[] = [];
  for (const each of names) {
    options.onName?.(each);
    const done = await pullImage({ store: services.store, client }, each, options);
    options.onPulled?.(done);
    pulled.push(done);
  }
  return pulled;
}

async function namesOfAllTags(
  client: Awaited<ReturnType<RegistryServices['client']>>,
  name: string,
  options: Pick<PullRequest, 'signal'>,
): Promise<readonly string[]> {
  const { domain, path } = parseReference(name);
  if (/[:@]/.test(name.slice(name.lastIndexOf('/') + 1)))
    throw new CaissonError('REFERENCE_INVALID', "tag can't be used with --all-tags/-a", {
      hint: `Name the repository alone: "${domain}/${path}".`,
    });
  const names: string[] = [];
  for await (const tag of client.repository(`${domain}/${path}`).tags(options))
    names.push(`${domain}/${path}:${tag}`);
  return names;
}

/** Whether an image has to be pulled, by the policy. */
export function isWanting(
  { store }: Pick<PullServices, 'store'>,
  reference: string,
  { policy, platform }: Pick<ImageNeed, 'policy' | 'platform'>,
): boolean {
  if (policy !== 'missing') return policy === 'always';
  const image = store.images.find(reference, platform);
  return image === undefined || (platform !== undefined && platformRank(platform, image.platform) < 0);
}

/** Sees to it that an image is in the store, by the policy. Throws `IMAGE_NOT_FOUND`. */
export async function provide(
  services: PullServices,
  reference: string,
  { policy, platform, ...options }: ImageNeed,
): Promise<void> {
  if (!isWanting(services, reference, { policy, ...(platform ? { platform } : {}) })) return;
  try {
    await pull(services, reference, { ...options, ...(platform ? { platform } : {}) });
  } catch (error) {
    throw notPulled(lacking(services, reference, platform), error);
  }
}

function lacking({ store }: PullServices, reference: string, platform: ImageNeed['platform']): string {
  const other = platform && store.images.find(reference)?.platform;
  if (!other || platformRank(platform, other) >= 0) return `No such image: "${reference}"`;
  return `The image "${reference}" is there for ${formatPlatform(other)}, not for ${formatPlatform(platform)}`;
}

/** The error that an image could not be pulled; interruptions and faults of this machine stay as they are. */
export function notPulled(what: string, error: unknown): unknown {
  if (!isCaissonError(error) || isOwnFault(error)) return error;
  return new CaissonError('IMAGE_NOT_FOUND', `${what}, and pulling it failed: ${error.message}`, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

/** Whether an error says nothing of the registry. */
export function isOwnFault({ code }: CaissonError): boolean {
  return ownFaults.has(code);
}

const ownFaults: ReadonlySet<string> = new Set(['DISK_FULL', 'INTERRUPTED', 'LAYER_TOO_LARGE']);
