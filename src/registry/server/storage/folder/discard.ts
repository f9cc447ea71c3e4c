// Deleting content that was found corrupt, whoever refers to it: missing content is pushed again, wrong content is served.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../../../oci/index.ts';
import { parseDigest } from '../../digests.ts';
import type { FolderContext } from './context.ts';
import { changingRepository } from './repositories.ts';

/** Makes every repository forget a blob or manifest, and deletes its bytes from the pool and from image layouts. */
export async function discardContent(context: FolderContext, digest: Digest): Promise<void> {
  const { places, database } = context;
  const { algorithm, hex } = parseDigest(digest);
  database.transaction(() => {
    const rows = database.all<{ name: string }>(
      `SELECT name FROM repository WHERE id IN
       (SELECT repository FROM blob WHERE digest = ? UNION SELECT repository FROM manifest WHERE digest = ?)`,
      digest,
      digest,
    );
    database.run('DELETE FROM blob WHERE digest = ?', digest);
    database.run('DELETE FROM manifest WHERE digest = ?', digest);
    database.run('DELETE FROM content WHERE digest = ?', digest);
    rmSync(places.content(digest), { force: true });
    for (const { name } of rows) {
      changingRepository(context, name);
      rmSync(join(places.layout(name), 'blobs', algorithm, hex), { force: true });
    }
  });
  await context.settled();
}
