// The errors for what a registry has under a name and is no image.

import { CaissonError } from '../../core/index.ts';
import { type Descriptor, type Digest, formatPlatform, type Platform } from '../../oci/index.ts';

/** The error for a manifest, index or config that cannot be read. */
export function invalidManifest(what: string, problem: string, cause?: unknown): CaissonError {
  return new CaissonError('MANIFEST_INVALID', `${what} is invalid: ${problem}`, {
    hint: 'The image specification says what it must be like; whoever pushed it must push it again.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error for something else than an image. */
export function notAnImage(name: string, type: string): CaissonError {
  return new CaissonError('NOT_AN_IMAGE', `"${name}" is no image: it is an artifact of the type "${type}"`, {
    hint: 'Copy it with "caisson copy"; only images can be pulled into the store.',
  });
}

/** The error where an index has nothing for the platform; the first words are Docker's. */
export function noMatch(name: string, wanted: Platform, offered: readonly Platform[]): CaissonError {
  const others = offered.map(formatPlatform);
  return new CaissonError(
    'PLATFORM_NOT_FOUND',
    `no matching manifest for ${formatPlatform(wanted)} in the manifest list entries of "${name}"`,
    {
      hint:
        others.length > 0
          ? `It has ${[...new Set(others)].join(', ')}: name one of them with --platform.`
          : 'It lists no image at all.',
    },
  );
}

/** The error for an index whose whole cannot be kept. */
export function nestedIndex(digest: Digest, hint: string): CaissonError {
  return new CaissonError(
    'FORMAT_UNFIT',
    `The index lists another index, "${digest}", which the store cannot keep`,
    { hint },
  );
}

/** The error for an image that would not be found by the digest it is asked for by. */
export function nestedDigest(name: string, image: Digest): CaissonError {
  return new CaissonError(
    'FORMAT_UNFIT',
    `"${name}" is an index whose image is listed by an index within it, which the store cannot keep`,
    { hint: `Name the image by its own digest: "${name.replace(/@.*/, '')}@${image}".` },
  );
}

/** The error for an image that is there for another platform only. */
export function otherPlatform(name: string, wanted: Platform, found: Platform): CaissonError {
  return new CaissonError(
    'PLATFORM_NOT_FOUND',
    `"${name}" is an image for ${formatPlatform(found)}, not for ${formatPlatform(wanted)}`,
    { hint: `Pull it with --platform ${formatPlatform(found)}.` },
  );
}

/** Names a manifest in messages. */
export function described({ mediaType, digest }: Descriptor): string {
  return `The manifest ${digest} (${mediaType})`;
}
