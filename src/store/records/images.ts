// Images and their names.

import { CaissonError } from '../../core/index.ts';
import {
  type Descriptor,
  type Digest,
  formatReference,
  type ImageConfig,
  type Manifest,
  mediaTypes,
  parseReference,
} from '../../oci/index.ts';
import type { Database } from '../database/index.ts';
import type { ContentStore, ImageRecord, ImageStore, LayerId } from '../types.ts';
import { findImage } from './image-lookup.ts';
import { checkImage } from './image-shape.ts';

/** What the image store works with; `onChange` runs inside each transaction that changes images or names, `onBegin` before it. */
export interface ImageStoreParts {
  readonly database: Database;
  readonly content: ContentStore;
  readonly onBegin: () => void;
  readonly onChange: () => void;
}

interface ImageRow {
  readonly manifest_digest: string;
  readonly id: string;
  readonly manifest: string;
  readonly config: string;
  readonly created: number;
  /** JSON arrays, made by the query. */
  readonly layers: string;
  readonly names: string;
  readonly size: number;
}

const select = `
  SELECT image.*,
    (SELECT json_group_array(layer ORDER BY position) FROM image_layer
      WHERE image_layer.manifest_digest = image.manifest_digest) AS layers,
    (SELECT json_group_array(name ORDER BY name) FROM image_name
      WHERE image_name.manifest_digest = image.manifest_digest) AS names,
    (SELECT coalesce(sum(coalesce(diff_size, usage, 0)), 0) FROM image_layer JOIN layer ON layer.id = image_layer.layer
      WHERE image_layer.manifest_digest = image.manifest_digest) AS size
  FROM image`;

const newestFirst = 'ORDER BY created DESC, manifest_digest';

/** Opens the image store. */
export function openImages(parts: ImageStoreParts): ImageStore {
  const { database, onBegin, onChange } = parts;
  const get = (manifestDigest: Digest): ImageRecord | undefined => {
    const row = database.get<ImageRow>(`${select} WHERE manifest_digest = ?`, manifestDigest);
    return row && toRecord(row);
  };
  const change = (work: () => void): void => {
    onBegin();
    database.transaction(
      () => {
        work();
        onChange();
      },
      { durable: true },
    );
  };
  return {
    find: (reference) => findImage(database, get, reference),
    list: (has) =>
      has
        ? digestsWith(database, has).flatMap((digest) => get(digest) ?? [])
        : database.all<ImageRow>(`${select} ${newestFirst}`).map(toRecord),
    add(image) {
      const descriptors = putImage(parts.content, image);
      change(() => insert(database, image, descriptors));
      return get(descriptors.manifest.digest) ?? missing(descriptors.manifest.digest);
    },
    tag: (manifestDigest, name) => change(() => setName(database, manifestDigest, name)),
    untag: (name) => change(() => dropName(database, name)),
    remove: (manifestDigest, options) =>
      change(() => remove(database, manifestDigest, options?.force ?? false)),
  };
}

/** Most images were built here, and nobody has asked for their blobs: a store has many such. */
function digestsWith(database: Database, has: (blob: Digest) => boolean): readonly Digest[] {
  const rows = database.all<{ readonly manifest_digest: Digest; readonly first: Digest | null }>(
    `SELECT manifest_digest, json_extract(manifest, '$.layers[0].digest') AS first FROM image ${newestFirst}`,
  );
  return rows.flatMap(({ manifest_digest, first }) =>
    first === null || has(first) ? [manifest_digest] : [],
  );
}

interface NewImage {
  readonly config: Uint8Array;
  readonly manifest: Uint8Array;
  readonly layers: readonly LayerId[];
  readonly names?: readonly string[];
}

interface ImageDescriptors {
  readonly config: Descriptor;
  readonly manifest: Descriptor;
}

function putImage(content: ContentStore, image: NewImage): ImageDescriptors {
  const manifest = JSON.parse(Buffer.from(image.manifest).toString()) as Manifest;
  const config = JSON.parse(Buffer.from(image.config).toString()) as ImageConfig;
  checkImage(manifest, config, image.config, image.layers.length);
  return {
    config: content.put(image.config, manifest.config.mediaType),
    manifest: content.put(image.manifest, manifest.mediaType ?? mediaTypes.ociManifest),
  };
}

/** The same manifest again keeps its record, takes the newer layers, and gains the names. */
function insert(database: Database, image: NewImage, { config, manifest }: ImageDescriptors): void {
  database.run(
    `INSERT INTO image (manifest_digest, id, manifest, config, created) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET created = excluded.created`,
    manifest.digest,
    config.digest,
    Buffer.from(image.manifest).toString(),
    Buffer.from(image.config).toString(),
    Date.now(),
  );
  database.run('DELETE FROM image_layer WHERE manifest_digest = ?', manifest.digest);
  image.layers.forEach((layer, position) => {
    requireLayer(database, layer);
    database.run('INSERT INTO image_layer VALUES (?, ?, ?)', manifest.digest, position, layer);
  });
  for (const name of image.names ?? []) setName(database, manifest.digest, name);
}

function requireLayer(database: Database, layer: LayerId): void {
  if (database.get('SELECT 1 FROM layer WHERE id = ?', layer)) return;
  throw new CaissonError('LAYER_NOT_FOUND', `Layer "${layer}" is not in the store`, {
    hint: 'It was removed meanwhile; build or load the image again.',
  });
}

/** A name names one image: it moves here from wherever it was. */
function setName(database: Database, manifestDigest: Digest, name: string): void {
  const reference = parseReference(name);
  if (reference.tag === undefined) {
    throw new CaissonError('REFERENCE_INVALID', `Name "${name}" has no tag`, {
      hint: 'Give a name such as "busybox:1.37"; a digest cannot be assigned.',
    });
  }
  const { digest: _, ...tagged } = reference;
  requireImage(database, manifestDigest);
  database.run('INSERT OR REPLACE INTO image_name VALUES (?, ?)', formatReference(tagged), manifestDigest);
}

function dropName(database: Database, name: string): void {
  const full = formatReference(parseReference(name));
  if (database.run('DELETE FROM image_name WHERE name = ?', full) > 0) return;
  throw new CaissonError('IMAGE_NOT_FOUND', `No image is named "${name}"`, {
    hint: 'List the images with "caisson images".',
  });
}

function remove(database: Database, manifestDigest: Digest, force: boolean): void {
  requireImage(database, manifestDigest);
  const user = database.get<{ name: string }>(
    `SELECT name FROM container WHERE value ->> '$.image.manifestDigest' = ? LIMIT 1`,
    manifestDigest,
  );
  if (user && !force) throw inUse(manifestDigest, user.name);
  database.run('DELETE FROM image WHERE manifest_digest = ?', manifestDigest);
}

function requireImage(database: Database, manifestDigest: Digest): void {
  if (!database.get('SELECT 1 FROM image WHERE manifest_digest = ?', manifestDigest)) missing(manifestDigest);
}

function inUse(manifestDigest: Digest, container: string): CaissonError {
  return new CaissonError('IMAGE_IN_USE', `Image "${manifestDigest}" is used by container "${container}"`, {
    hint: `Remove the container with "caisson rm ${container}", or remove the image with --force.`,
  });
}

function missing(manifestDigest: Digest): never {
  throw new CaissonError('IMAGE_NOT_FOUND', `Image "${manifestDigest}" is not in the store`, {
    hint: 'List the images with "caisson images".',
  });
}

function toRecord(row: ImageRow): ImageRecord {
  const config = JSON.parse(row.config) as ImageConfig;
  const manifest = JSON.parse(row.manifest) as Manifest;
  return {
    manifestDigest: row.manifest_digest,
    manifestSize: Buffer.byteLength(row.manifest),
    manifest: { ...manifest, mediaType: manifest.mediaType ?? mediaTypes.ociManifest },
    id: row.id,
    config,
    platform: platformOf(config),
    layers: JSON.parse(row.layers) as string[],
    names: JSON.parse(row.names) as string[],
    size: row.size,
    created: row.created,
  };
}

function platformOf(config: ImageConfig): ImageRecord['platform'] {
  const { os, architecture, variant } = config;
  return { os, architecture, ...(variant ? { variant } : {}) };
}
