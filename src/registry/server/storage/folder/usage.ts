// How much content there is.

import type { Usage } from '../types.ts';
import type { FolderContext } from './context.ts';

const sums = 'SELECT count(*) AS blobs, ifnull(sum(size), 0) AS bytes FROM content';

/** Of the pool, or of what a repository has. */
export function usageOf({ database }: FolderContext, repository: string | undefined): Usage {
  const found =
    repository === undefined
      ? database.get<Usage>(sums)
      : database.get<Usage>(
          `WITH asked AS (SELECT id FROM repository WHERE name = ?)
           ${sums} WHERE digest IN (SELECT digest FROM blob WHERE repository = (SELECT id FROM asked)
             UNION SELECT digest FROM manifest WHERE repository = (SELECT id FROM asked))`,
          repository,
        );
  return found ?? { blobs: 0, bytes: 0 };
}
