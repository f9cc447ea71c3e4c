// Where blobs are known to be besides here: repositories that they came from or were pushed to.

import type { Database } from '../database/index.ts';
import type { BlobSources } from '../types.ts';

/** More than anybody mounts from. */
const mostOfOne = 8;

/** Opens the rows of blobs' repositories. */
export function openBlobSources(database: Database): BlobSources {
  return {
    add(digests, repository) {
      const time = Date.now();
      database.transaction(() => {
        for (const digest of digests) insert(database, digest, repository, time);
      });
    },
    of(digest) {
      const sql = 'SELECT repository FROM blob_source WHERE digest = ? ORDER BY seen DESC, repository';
      return database.all<{ repository: string }>(sql, digest).map(({ repository }) => repository);
    },
  };
}

/** Whether a manifest or index of that digest is known to be in the repository: by a name it has here, or since it was pulled or pushed. */
export function isInRepository(
  database: Database,
  { digest, names }: { readonly digest: string; readonly names: readonly string[] },
  repository: string,
): boolean {
  if (names.some((name) => name.startsWith(`${repository}:`))) return true;
  const sql = 'SELECT 1 FROM blob_source WHERE digest = ? AND repository = ?';
  return database.get(sql, digest, repository) !== undefined;
}

function insert(database: Database, digest: string, repository: string, time: number): void {
  database.run('INSERT OR REPLACE INTO blob_source VALUES (?, ?, ?)', digest, repository, time);
  database.run(
    `DELETE FROM blob_source WHERE digest = ?1 AND repository NOT IN
      (SELECT repository FROM blob_source WHERE digest = ?1 ORDER BY seen DESC, repository LIMIT ${mostOfOne})`,
    digest,
  );
}

/** Forgets the repositories of blobs that are not among `needed`. */
export function dropBlobSources(database: Database, needed: ReadonlySet<string>): void {
  const known = database.all<{ digest: string }>('SELECT DISTINCT digest FROM blob_source');
  for (const { digest } of known)
    if (!needed.has(digest)) database.run('DELETE FROM blob_source WHERE digest = ?', digest);
}
