// The variables of buildx that say what is told of the context's Git working tree.

import type { BuildRequest } from '../../../build/index.ts';
import { parseGoBoolean } from '../../../core/index.ts';

/** `BUILDX_GIT_INFO`: in provenance, unless it is false. `BUILDX_GIT_LABELS`: in labels, when it is true, or `full` as in older versions. */
export function checkoutRequest(
  environment: Readonly<Record<string, string | undefined>>,
): NonNullable<BuildRequest['checkout']> {
  const labels = environment['BUILDX_GIT_LABELS'];
  return {
    info: parseGoBoolean(environment['BUILDX_GIT_INFO'] ?? '') ?? true,
    labels: labels === 'full' || (parseGoBoolean(labels ?? '') ?? false),
  };
}
