// The files of an image archive by name, whatever holds them: a tar that was received, or a folder.

import { CaissonError } from '../../core/index.ts';
import type { Descriptor, Digest } from '../../oci/index.ts';

/** What a file must hold before it becomes a blob. */
export interface ExpectedBlob {
  readonly digest: Digest;
  readonly size?: number;
}

/** The regular files of an archive. Names are relative, `/` separated, without `.` and `..`. */
export interface ArchiveFiles extends AsyncDisposable {
  has(name: string): boolean;
  /** Reads a small file. Throws `ARCHIVE_INVALID` when it is missing or larger than 4 MiB. */
  read(name: string): Buffer;
  /** The first bytes of a file, to tell its format. */
  head(name: string, length: number): Buffer;
  /** Digest and size of a file's bytes. */
  identify(name: string): Promise<{ readonly digest: Digest; readonly size: number }>;
  /** Makes the file a blob of the store, verified. Throws `ARCHIVE_INVALID`, `DIGEST_MISMATCH`, `SIZE_MISMATCH`. */
  store(name: string, mediaType: string, expected: ExpectedBlob): Promise<Descriptor>;
}

/** The most bytes a JSON file of an archive may have. */
export const jsonLimit = 4 * 1024 * 1024;

/** The relative form of a name in an archive. Throws `ARCHIVE_UNSAFE` for one that leads out of it. */
export function safeName(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..') || name.includes('\0') || name.length > 4096) {
    throw unsafe(`it holds the name "${name.slice(0, 200)}"`);
  }
  return parts.join('/');
}

/** An error for an archive that tries to reach out of itself. */
export function unsafe(what: string): CaissonError {
  return new CaissonError('ARCHIVE_UNSAFE', `The archive was refused: ${what}`, {
    hint: 'Names and links in an image archive must stay inside it; nothing of it was kept.',
  });
}

/** An error for an archive that is not what it should be. */
export function invalid(what: string, cause?: unknown): CaissonError {
  return new CaissonError('ARCHIVE_INVALID', `The archive is not a valid image archive: ${what}`, {
    ...(cause === undefined ? {} : { cause }),
    hint: 'Expected what "docker save", "podman save" or "skopeo copy" writes, whole and unchanged.',
  });
}

/** Parses a JSON object or array of the archive. Throws `ARCHIVE_INVALID`. */
export function parseJson(bytes: Buffer, name: string): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    throw invalid(`"${name}" is not JSON`, cause);
  }
  throw invalid(`"${name}" holds no JSON object`);
}
