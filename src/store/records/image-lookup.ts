// Finding the image a person means: by digest, name, or prefix of the id.

import { CaissonError, isCaissonError } from '../../core/index.ts';
import {
  type Digest,
  formatReference,
  isDigest,
  type Platform,
  parseReference,
  type Reference,
} from '../../oci/index.ts';
import type { Database } from '../database/index.ts';
import type { ImageRecord } from '../types.ts';
import { isInRepository } from './blob-sources.ts';
import { chooseImage, pushedAs } from './image-names.ts';
import { findIndex } from './indexes.ts';

type Get = (manifestDigest: Digest) => ImageRecord | undefined;

/**
 * Finds an image as Docker does: of an index the one for `platform`; else by a whole digest or id, then a name, then a prefix of the id (at least two hex
 * digits). Throws `IMAGE_AMBIGUOUS` when a prefix fits several images.
 */
export function findImage(
  database: Database,
  get: Get,
  reference: string,
  platform?: Platform,
): ImageRecord | undefined {
  const index = findIndex(database, get, reference);
  return index ? chooseImage(index.images, platform) : findManifest(database, get, reference);
}

function findManifest(database: Database, get: Get, reference: string): ImageRecord | undefined {
  const whole = /^[0-9a-f]{64}$/.test(reference) ? `sha256:${reference}` : reference;
  if (isDigest(whole)) return byDigest(database, get, whole);
  return byName(database, get, reference) ?? byPrefix(database, get, reference);
}

function byDigest(database: Database, get: Get, digest: Digest): ImageRecord | undefined {
  const named = get(digest);
  if (named) return named;
  const sql = 'SELECT manifest_digest FROM image WHERE id = ? ORDER BY created DESC LIMIT 1';
  const row = database.get<{ manifest_digest: string }>(sql, digest);
  return row && get(row.manifest_digest);
}

function byName(database: Database, get: Get, text: string): ImageRecord | undefined {
  const reference = parse(text);
  if (!reference) return undefined;
  if (reference.digest !== undefined) return byNameAndDigest(database, get, reference, reference.digest);
  const sql = 'SELECT manifest_digest FROM image_name WHERE name = ?';
  const row = database.get<{ manifest_digest: string }>(sql, formatReference(reference));
  return row && get(row.manifest_digest);
}

/** `name@digest`: the digest decides, and the image must be known to be in that repository. */
function byNameAndDigest(
  database: Database,
  get: Get,
  { domain, path }: Reference,
  digest: Digest,
): ImageRecord | undefined {
  const repository = `${domain}/${path}`;
  const pushed = pushedAs(database, repository, digest);
  if (pushed !== undefined) return get(pushed);
  const image = byDigest(database, get, digest);
  if (!image) return undefined;
  const known = { digest: image.manifestDigest, names: image.names };
  return isInRepository(database, known, repository) ? image : undefined;
}

function byPrefix(database: Database, get: Get, text: string): ImageRecord | undefined {
  const prefix = /^(?:sha256:)?([0-9a-f]{2,63})$/.exec(text)?.[1];
  if (prefix === undefined) return undefined;
  const rows = database.all<{ manifest_digest: string; id: string }>(
    `SELECT manifest_digest, id FROM image WHERE id GLOB ?1 OR manifest_digest GLOB ?1 ORDER BY created DESC`,
    `sha256:${prefix}*`,
  );
  const ids = new Set(rows.map((row) => row.id));
  if (ids.size > 1) throw ambiguous(text, [...ids]);
  const [first] = rows;
  return first && get(first.manifest_digest);
}

function parse(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    if (isCaissonError(error)) return undefined;
    throw error;
  }
}

function ambiguous(prefix: string, ids: readonly string[]): CaissonError {
  return new CaissonError('IMAGE_AMBIGUOUS', `"${prefix}" is the beginning of ${ids.length} image ids`, {
    hint: `Give more digits of one of them: ${ids.slice(0, 3).join(', ')}.`,
  });
}
