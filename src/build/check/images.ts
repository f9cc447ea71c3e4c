// Finding base images for a check: what is not there does not stop it.

import { isCaissonError, messageOf } from '../../core/index.ts';
import { sha256 } from '../../oci/index.ts';
import type { ImageRecord } from '../../store/index.ts';
import { imageKey } from '../plan/needs.ts';
import type { PlanOptions } from '../types.ts';

/** Finds images and remembers them. */
export interface ImageFinder {
  readonly resolveImage: PlanOptions['resolveImage'];
  readonly found: ReadonlyMap<string, ImageRecord | undefined>;
  /** Why images are not known, by their name. */
  readonly missing: ReadonlyMap<string, string>;
}

/** A finder over `resolve`. Images not found are missing; where `standIn`, an empty one takes their place, else the error passes. */
export function imageFinder(resolve: PlanOptions['resolveImage'], standIn: boolean): ImageFinder {
  const found = new Map<string, ImageRecord | undefined>();
  const missing = new Map<string, string>();
  const resolveImage: PlanOptions['resolveImage'] = async (reference, platform) => {
    try {
      const image = await resolve(reference, platform);
      found.set(imageKey(reference, platform), image);
      return image;
    } catch (error) {
      missing.set(reference, messageOf(error));
      if (!standIn || isCaissonError(error, 'INTERRUPTED')) throw error;
      return empty(reference);
    }
  };
  return { resolveImage, found, missing };
}

/** An image without layers, so that planning goes on. */
function empty(reference: string): ImageRecord {
  const digest = sha256('');
  const descriptor = { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 0 };
  const platform = { os: 'linux', architecture: 'amd64' };
  return {
    manifestDigest: digest,
    manifestSize: 0,
    manifest: { schemaVersion: 2, mediaType: '', config: descriptor, layers: [] },
    id: digest,
    config: { ...platform, rootfs: { type: 'layers', diff_ids: [] } },
    platform,
    layers: [],
    names: [reference],
    named: {},
    size: 0,
    created: 0,
  };
}
