// Tags and referrers of a repository.

import { setImmediate } from 'node:timers/promises';
import type { Descriptor, Digest } from '../../../../oci/index.ts';
import type { Page, TagRecord } from '../types.ts';
import type { FolderContext } from './context.ts';
import { changingRepository, repositoryId } from './repositories.ts';

/** Tags in byte order. */
export function listTags(context: FolderContext, repository: string, page: Page): readonly TagRecord[] {
  return context.database
    .all<{ name: string; digest: string; updated: number }>(
      'SELECT name, digest, updated FROM tag WHERE repository = ? AND name > ? ORDER BY name LIMIT ?',
      repositoryId(context, repository) ?? -1,
      page.last ?? '',
      page.limit ?? -1,
    )
    .map(({ name, digest, updated }) => ({ name, digest, updated: new Date(updated) }));
}

/** Forgets a tag, with `unusedSince` only if it was not set since; the manifest stays. */
export async function forgetTag(
  context: FolderContext,
  repository: string,
  tag: string,
  unusedSince?: Date,
): Promise<boolean> {
  const { database } = context;
  const gone = database.transaction(() => {
    const id = repositoryId(context, repository) ?? -1;
    const sql = 'SELECT 1 FROM tag WHERE repository = ? AND name = ? AND updated < ?';
    const before = unusedSince?.getTime() ?? Number.MAX_SAFE_INTEGER;
    if (!database.get(sql, id, tag, before)) return false;
    return (
      database.run(
        'DELETE FROM tag WHERE repository = ? AND name = ?',
        changingRepository(context, repository),
        tag,
      ) > 0
    );
  });
  if (gone) await context.settled();
  return gone;
}

interface ReferrerRow {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType: string | null;
  readonly annotations: string | null;
}

/** Descriptors of the manifests whose subject is `subject`, one at a time. */
export async function* listReferrers(
  context: FolderContext,
  repository: string,
  subject: Digest,
  { last = '', artifactType }: { readonly last?: string; readonly artifactType?: string },
): AsyncGenerator<Descriptor, void, undefined> {
  const id = repositoryId(context, repository) ?? -1;
  let after = last;
  for (let count = 1; ; count += 1) {
    const row = context.database.get<ReferrerRow>(
      `SELECT media_type AS mediaType, digest, size, artifact_type AS artifactType, annotations
       FROM manifest INDEXED BY manifest_by_subject JOIN content USING (digest)
       WHERE repository = ? AND subject = ? AND manifest.digest > ? AND (? IS NULL OR artifact_type = ?)
       ORDER BY manifest.digest LIMIT 1`,
      id,
      subject,
      after,
      artifactType ?? null,
      artifactType ?? null,
    );
    if (!row) return;
    yield descriptorOf(row);
    after = row.digest;
    // Other requests have their turn between.
    if (count % 100 === 0) await setImmediate();
  }
}

function descriptorOf({ mediaType, digest, size, artifactType, annotations }: ReferrerRow): Descriptor {
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === null ? {} : { artifactType }),
    ...(annotations === null
      ? {}
      : { annotations: JSON.parse(annotations) as Readonly<Record<string, string>> }),
  };
}
