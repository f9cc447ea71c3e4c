// Images and their names.

import { CaissonError } from '../../core/index.ts';
import {
  type Descriptor,
  type Digest,
  type ImageConfig,
  type Manifest,
  mediaTypes,
} from '../../oci/index.ts';
import type { Database } from '../database/index.ts';
import type { ContentStore, ImageRecord, ImageStore, LayerId } from '../types.ts';
import { findImage } from './image-lookup.ts';
import { dropName, notePushed, setName } from './image-names.ts';
import { checkImage } from './image-shape.ts';
import {
  dropNameless,
  findIndex,
  indexOf,
  insertIndex,
  listIndexes,
  nameIndex,
  putIndex,
} from './indexes.ts';

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
  readonly named: string;
  readonly size: number;
  readonly member_of: string | null;
}

const select = `
  SELECT image.*,
    (SELECT json_group_array(layer ORDER BY position) FROM image_layer
      WHERE image_layer.manifest_digest = image.manifest_digest) AS layers,
    (SELECT json_group_array(name ORDER BY name) FROM image_name
      WHERE image_name.manifest_digest = image.manifest_digest) AS names,
    (SELECT json_group_object(name, coalesce(pushed_digest, index_digest, manifest_digest)) FROM image_name
      WHERE image_name.manifest_digest = image.manifest_digest) AS named,
    (SELECT coalesce(sum(coalesce(diff_size, usage, 0)), 0) FROM image_layer JOIN layer ON layer.id = image_layer.layer
      WHERE image_layer.manifest_digest = image.manifest_digest) AS size,
    (SELECT member.digest FROM index_image AS member JOIN image_name AS named ON named.index_digest = member.digest
      WHERE member.manifest_digest = image.manifest_digest AND named.manifest_digest <> image.manifest_digest
      LIMIT 1) AS member_of
  FROM image`;

const newestFirst = 'ORDER BY created DESC, manifest_digest';

type GetImage = (manifestDigest: Digest) => ImageRecord | undefined;

/** Opens the image store. */
export function openImages(parts: ImageStoreParts): ImageStore {
  const { database, onBegin, onChange } = parts;
  const get: GetImage = (manifestDigest) => {
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
    find: (reference, platform) => findImage(database, get, reference, platform),
    findIndex: (reference) => findIndex(database, get, reference),
    listIndexes: () => listIndexes(database, get),
    addIndex(index) {
      const digest = putIndex(parts.content, index);
      change(() => insertIndex(database, get, digest, index));
      return indexOf(database, get, digest) ?? missing(digest);
    },
    list: (has) =>
      has
        ? digestsWith(database, has).flatMap((digest) => get(digest) ?? [])
        : database.all<ImageRow>(`${select} ${newestFirst}`).map(toRecord),
    add(image) {
      const descriptors = putImage(parts.content, image);
      change(() => insert(database, image, descriptors));
      return get(descriptors.manifest.digest) ?? missing(descriptors.manifest.digest);
    },
    together: (work) => database.transaction(work, { durable: true }),
    tag: (digest, name) => change(() => setNameOf(database, get, digest, name)),
    pushed: (name, of, digest) => notePushed(database, name, of, digest),
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
  for (const name of image.names ?? []) setName(database, { manifestDigest: manifest.digest }, name);
}

function setNameOf(database: Database, get: GetImage, digest: Digest, name: string): void {
  if (indexOf(database, get, digest)) {
    nameIndex(database, get, digest, name);
  } else {
    requireImage(database, digest);
    setName(database, { manifestDigest: digest }, name);
  }
}

function requireLayer(database: Database, layer: LayerId): void {
  if (database.get('SELECT 1 FROM layer WHERE id = ?', layer)) return;
  throw new CaissonError('LAYER_NOT_FOUND', `Layer "${layer}" is not in the store`, {
    hint: 'It was removed meanwhile; build or load the image again.',
  });
}

function remove(database: Database, manifestDigest: Digest, force: boolean): void {
  requireImage(database, manifestDigest);
  const user = database.get<{ name: string }>(
    `SELECT name FROM container WHERE value ->> '$.image.manifestDigest' = ? LIMIT 1`,
    manifestDigest,
  );
  if (user && !force) throw inUse(manifestDigest, user.name);
  const indexes = database.all<{ digest: string }>(
    'SELECT DISTINCT index_digest AS digest FROM image_name WHERE manifest_digest = ? AND index_digest IS NOT NULL',
    manifestDigest,
  );
  database.run('DELETE FROM image WHERE manifest_digest = ?', manifestDigest);
  dropNameless(
    database,
    indexes.map(({ digest }) => digest),
  );
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
    named: JSON.parse(row.named) as Record<string, Digest>,
    size: row.size,
    created: row.created,
    ...(row.member_of === null ? {} : { memberOf: row.member_of }),
  };
}

function platformOf(config: ImageConfig): ImageRecord['platform'] {
  const { os, architecture, variant } = config;
  return { os, architecture, ...(variant ? { variant } : {}) };
}
