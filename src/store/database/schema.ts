// The database's tables, and the steps from each version of them to the next.

/**
 * One entry a version: what brings a database of the version before to it. Entries are never edited after a
 * release, only added. Foreign keys say what may not go while something points to it.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE layer (
    id TEXT PRIMARY KEY,
    diff_id TEXT,
    diff_size INTEGER,
    blob TEXT,
    blob_digest TEXT,
    usage INTEGER,
    created INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX layer_by_diff ON layer(diff_id);

  CREATE TABLE image (
    manifest_digest TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    manifest TEXT NOT NULL,
    config TEXT NOT NULL,
    created INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX image_by_id ON image(id);

  CREATE TABLE image_layer (
    manifest_digest TEXT NOT NULL REFERENCES image ON DELETE CASCADE,
    position INTEGER NOT NULL,
    layer TEXT NOT NULL REFERENCES layer,
    PRIMARY KEY (manifest_digest, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX image_by_layer ON image_layer(layer);

  CREATE TABLE image_name (
    name TEXT PRIMARY KEY,
    manifest_digest TEXT NOT NULL REFERENCES image ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX name_by_image ON image_name(manifest_digest);

  CREATE TABLE container (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE container_layer (
    container TEXT NOT NULL REFERENCES container ON DELETE CASCADE,
    position INTEGER NOT NULL,
    layer TEXT NOT NULL REFERENCES layer,
    PRIMARY KEY (container, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX container_by_layer ON container_layer(layer);

  CREATE TABLE volume (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE cache (
    key TEXT PRIMARY KEY,
    slot TEXT NOT NULL,
    parts TEXT NOT NULL,
    created INTEGER NOT NULL,
    used INTEGER NOT NULL,
    uses INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX cache_by_slot ON cache(slot, created);

  CREATE TABLE cache_layer (
    key TEXT NOT NULL REFERENCES cache ON DELETE CASCADE,
    position INTEGER NOT NULL,
    layer TEXT NOT NULL REFERENCES layer,
    PRIMARY KEY (key, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX cache_by_layer ON cache_layer(layer);

  CREATE TABLE held (
    session TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (session, kind, id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE image_index (
    digest TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    created INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE index_image (
    digest TEXT NOT NULL REFERENCES image_index ON DELETE CASCADE,
    position INTEGER NOT NULL,
    manifest_digest TEXT NOT NULL REFERENCES image ON DELETE CASCADE,
    PRIMARY KEY (digest, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX index_by_image ON index_image(manifest_digest);

  CREATE TABLE index_blob (
    digest TEXT NOT NULL REFERENCES image_index ON DELETE CASCADE,
    blob TEXT NOT NULL,
    PRIMARY KEY (digest, blob)
  ) STRICT, WITHOUT ROWID;

  ALTER TABLE image_name ADD COLUMN index_digest TEXT REFERENCES image_index ON DELETE SET NULL;
  CREATE INDEX name_by_index ON image_name(index_digest);
  `,
  `
  CREATE TABLE layer_form (
    diff_id TEXT NOT NULL,
    form TEXT NOT NULL,
    blob_diff_id TEXT NOT NULL,
    blob TEXT NOT NULL,
    blob_digest TEXT NOT NULL,
    PRIMARY KEY (diff_id, form)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE kept_state (
    id TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE kept_state_layer (
    kept_state TEXT NOT NULL REFERENCES kept_state ON DELETE CASCADE,
    layer TEXT NOT NULL REFERENCES layer,
    PRIMARY KEY (kept_state, layer)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX kept_state_by_layer ON kept_state_layer(layer);
  `,
  `
  CREATE TABLE blob_source (
    digest TEXT NOT NULL,
    repository TEXT NOT NULL,
    seen INTEGER NOT NULL,
    PRIMARY KEY (digest, repository)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE image_name ADD COLUMN pushed_digest TEXT;
  `,
];
