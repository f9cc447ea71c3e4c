// A lock file in force: every source is the one that was locked, or the build fails.

import { CaissonError, isCaissonError } from '../../core/index.ts';
import { formatPlatform, formatReference, type Platform, parseReference } from '../../oci/index.ts';
import type { ImageRecord, Store } from '../../store/index.ts';
import { withoutCredentials } from '../ops/http/index.ts';
import type { SourcePins } from '../remote.ts';
import type { PlanOptions } from '../types.ts';
import type { LockFile } from './types.ts';

/** How strictly a lock is taken: a build fails on what is not in it, locking adds it. */
export interface PinOptions {
  readonly complete: boolean;
}

/** The name a Git source has in a lock. */
export function gitName(remote: string, ref: string): string {
  const shown = withoutCredentials(remote);
  return ref === '' ? shown : `${shown}#${ref}`;
}

/** Pins of files and repositories. Throws `LOCK_INCOMPLETE` when asked for one that is not locked. */
export function sourcePins(lock: LockFile, { complete }: PinOptions): SourcePins {
  const find = (pins: Readonly<Record<string, string>>, asked: string): string | undefined => {
    const pin = Object.hasOwn(pins, asked) ? pins[asked] : undefined;
    if (pin === undefined && complete) throw incomplete(asked);
    return pin;
  };
  return {
    http: (url) => find(lock.http, withoutCredentials(url)),
    git: (remote, ref) => find(lock.git, gitName(remote, ref)),
  };
}

/** Finds images by the digests that they are locked to. Throws `LOCK_INCOMPLETE`, `LOCK_MISMATCH`. */
export function pinnedImages(
  lock: LockFile,
  store: Store,
  resolve: PlanOptions['resolveImage'],
  { complete }: PinOptions,
): PlanOptions['resolveImage'] {
  return async (reference, platform) => {
    const asked = formatReference(parseReference(reference));
    const pin = imagePin(lock, asked, platform);
    if (pin === undefined && complete) throw incomplete(asked, platform);
    if (pin === undefined) return resolve(reference, platform);
    const image = store.images.find(pin) ?? (await byPin(store, asked, pin, platform, resolve));
    if (image.manifestDigest === pin) return image;
    throw new CaissonError(
      'LOCK_MISMATCH',
      `"${asked}" is locked to ${pin}, which is not in the store; the name gives ${image.manifestDigest} now`,
      { hint: 'Load or pull the locked image, or accept the new one: caisson lock --update' },
    );
  };
}

/** The registry may have it still; where it cannot be had, what the name gives in the store instead is told of. */
async function byPin(
  store: Store,
  name: string,
  pin: string,
  platform: Platform,
  resolve: PlanOptions['resolveImage'],
): Promise<ImageRecord> {
  const { domain, path } = parseReference(name);
  try {
    return await resolve(formatReference({ domain, path, digest: pin }), platform);
  } catch (error) {
    const instead = isCaissonError(error, 'IMAGE_NOT_FOUND') ? store.images.find(name, platform) : undefined;
    if (instead) return instead;
    throw error;
  }
}

function imagePin({ images }: LockFile, asked: string, platform: Platform): string | undefined {
  const pins = Object.hasOwn(images, asked) ? images[asked] : undefined;
  return pins?.[formatPlatform(platform)];
}

function incomplete(asked: string, platform?: Platform): CaissonError {
  const forPlatform = platform ? ` for ${formatPlatform(platform)}` : '';
  return new CaissonError('LOCK_INCOMPLETE', `"${asked}"${forPlatform} is not in the lock file`, {
    hint: 'Add it: caisson lock',
  });
}
