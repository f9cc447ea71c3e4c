// MaintainerDeprecated: a label says who the author is.

import { buildkitRule } from '../../rule.ts';

/** `MAINTAINER me@example.com`. */
export const maintainerDeprecated = buildkitRule(
  {
    name: 'MaintainerDeprecated',
    description: 'The MAINTAINER instruction is deprecated, use a label instead to define an image author',
    page: 'maintainer-deprecated',
    hadolint: 'DL4000',
  },
  {
    over: 'instruction',
    *check({ instruction, lines }) {
      if (instruction.kind !== 'maintainer') return;
      yield { message: 'Maintainer instruction is deprecated in favor of using label', lines };
    },
  },
);
