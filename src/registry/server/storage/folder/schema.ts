// The tables of a folder storage.

/** One entry a version: what brings a database of the version before to it. Entries are only added. */
export const steps: readonly string[] = [
  `
  CREATE TABLE repository (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    -- Counts changes; the repository's image layout is up to date when it was written at this one.
    revision INTEGER NOT NULL DEFAULT 0,
    written INTEGER NOT NULL DEFAULT -1
  ) STRICT;

  -- What lies in the pool. A row is touched before its file is relied on, so that a sweep leaves it.
  CREATE TABLE content (
    digest TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    touched INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE blob (
    repository INTEGER NOT NULL REFERENCES repository ON DELETE CASCADE,
    digest TEXT NOT NULL REFERENCES content,
    used INTEGER NOT NULL,
    PRIMARY KEY (repository, digest)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blob_by_digest ON blob(digest);

  CREATE TABLE manifest (
    repository INTEGER NOT NULL REFERENCES repository ON DELETE CASCADE,
    digest TEXT NOT NULL REFERENCES content,
    media_type TEXT NOT NULL,
    artifact_type TEXT,
    subject TEXT,
    annotations TEXT,
    pushed INTEGER NOT NULL,
    PRIMARY KEY (repository, digest)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX manifest_by_subject ON manifest(repository, subject) WHERE subject IS NOT NULL;
  CREATE INDEX manifest_by_digest ON manifest(digest);

  CREATE TABLE manifest_blob (
    repository INTEGER NOT NULL,
    manifest TEXT NOT NULL,
    position INTEGER NOT NULL,
    blob TEXT NOT NULL,
    PRIMARY KEY (repository, manifest, position),
    FOREIGN KEY (repository, manifest) REFERENCES manifest ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX manifest_by_blob ON manifest_blob(repository, blob);

  CREATE TABLE manifest_child (
    repository INTEGER NOT NULL,
    manifest TEXT NOT NULL,
    position INTEGER NOT NULL,
    child TEXT NOT NULL,
    PRIMARY KEY (repository, manifest, position),
    FOREIGN KEY (repository, manifest) REFERENCES manifest ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE tag (
    repository INTEGER NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (repository, name),
    FOREIGN KEY (repository, digest) REFERENCES manifest ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tag_by_manifest ON tag(repository, digest);

  -- 'digest' is the SHA-256 of the first 'size' bytes, worth something during the boot it was written in: later the bytes
  -- may not have reached the disk.
  CREATE TABLE upload (
    id TEXT PRIMARY KEY,
    repository TEXT NOT NULL,
    begun INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    size INTEGER NOT NULL DEFAULT 0,
    digest TEXT,
    boot TEXT
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Manifests kept for an upstream registry may refer to blobs that are not here.
  ALTER TABLE manifest ADD COLUMN incomplete INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- Whose share of the open uploads it is.
  ALTER TABLE upload ADD COLUMN client TEXT NOT NULL DEFAULT '';
  CREATE INDEX upload_by_client ON upload(client);
  `,
];
