// UndefinedArgInFrom: FROM knows only the ARGs before the first FROM.

import type { Expansion } from '../../../../../grammar/index.ts';
import type { StageModel } from '../../model.ts';
import { didYouMean, nearestName } from '../../nearest.ts';
import { buildkitRule } from '../../rule.ts';
import type { Finding } from '../../types.ts';

/** `FROM alpine:$VERSION` without `ARG VERSION` above. */
export const undefinedArgInFrom = buildkitRule(
  {
    name: 'UndefinedArgInFrom',
    description: 'FROM command must use declared ARGs',
    page: 'undefined-arg-in-from',
  },
  {
    over: 'stage',
    *check(stage) {
      yield* undeclared(stage.base, stage);
      yield* undeclared(stage.platform, stage);
    },
  },
);

function* undeclared(expansion: Expansion | undefined, { globals, lines }: StageModel): Iterable<Finding> {
  const known = new Set(globals.names);
  for (const name of expansion?.unmatched ?? []) {
    if (known.has(name)) continue;
    const hint = didYouMean(nearestName(name, known));
    yield { message: `FROM argument '${name}' is not declared${hint}`, lines };
  }
}
