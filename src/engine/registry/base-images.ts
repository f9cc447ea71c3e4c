// Base images of builds: from the store where it has them for the right platform, else from registries.

import type { BuildServices } from '../../build/index.ts';
import { isCaissonError, messageOf } from '../../core/index.ts';
import {
  formatPlatform,
  formatReference,
  type Platform,
  parseReference,
  platformRank,
} from '../../oci/index.ts';
import type { ImageRecord } from '../../store/index.ts';
import type { BuildOptions, BuildRequest } from '../types.ts';
import { isOwnFault, notPulled, type PullServices } from './pull.ts';

/** Finds base images of a build: in the store, else in registries; with `pull` always in registries. */
export function baseImages(
  services: PullServices,
  { pull: always = false }: Pick<BuildRequest, 'pull'>,
  watch: BuildOptions,
): NonNullable<BuildServices['resolveImage']> {
  return async (reference, platform) => {
    const here = always ? undefined : services.store.images.find(reference, platform);
    if (here && platformRank(platform, here.platform) >= 0) return here;
    const asked = { ...watch, platform };
    if (here && !isTag(reference, here)) return here;
    if (here) return (await rightOne(services, reference, asked, here)) ?? here;
    try {
      return await pulled(services, reference, { ...asked, anyPlatform: true });
    } catch (error) {
      const state = always ? 'cannot be asked for' : 'is not in the store';
      throw notPulled(`The image "${reference}" ${state}`, error);
    }
  };
}

type Asked = BuildOptions & { readonly platform: Platform };

/** What a digest means is the same everywhere. */
function isTag(reference: string, { names }: ImageRecord): boolean {
  const parsed = parseReference(reference);
  return parsed.digest === undefined && names.includes(formatReference(parsed));
}

/**
 * The registry's image for the platform, where the store's is for another one. The store's keeps its name: it may be the only one of its
 * kind. Undefined where the registry has none; the store's then does, as one of a registry would that is for another platform.
 */
async function rightOne(
  services: PullServices,
  reference: string,
  asked: Asked,
  { platform: there }: ImageRecord,
): Promise<ImageRecord | undefined> {
  try {
    return await pulled(services, reference, { ...asked, unnamed: true });
  } catch (error) {
    if (!isCaissonError(error) || isOwnFault(error)) throw error;
    const [wanted, has] = [asked.platform, there].map(formatPlatform);
    const message = `No image "${reference}" for ${wanted} could be had, that of the store for ${has} is used: ${messageOf(error)}`;
    asked.onEvent({ kind: 'warning', message, time: Date.now() });
    return undefined;
  }
}

async function pulled(
  { store, client }: PullServices,
  reference: string,
  asked: Asked & { readonly anyPlatform?: boolean; readonly unnamed?: boolean },
): Promise<ImageRecord> {
  const { pullImage } = await import('../../registry/index.ts');
  return (await pullImage({ store, client: await client() }, reference, asked)).image;
}
