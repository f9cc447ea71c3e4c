// RedundantTargetPlatform: a stage is built for the target platform anyway.

import { buildkitRule } from '../../rule.ts';

const name = 'TARGETPLATFORM';

/** `FROM --platform=$TARGETPLATFORM alpine`. */
export const redundantTargetPlatform = buildkitRule(
  {
    name: 'RedundantTargetPlatform',
    description:
      'Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior',
    page: 'redundant-target-platform',
    hadolint: 'DL3029',
  },
  {
    over: 'stage',
    *check({ platform, from, globals, lines }) {
      if (platform?.used.size !== 1 || platform.unmatched.size > 0 || !platform.used.has(name)) return;
      if (platform.text !== globals.values.get(name)) return;
      const message = `Setting platform to predefined ${from.platform?.value} in FROM is redundant as this is the default behavior`;
      yield { message, lines };
    },
  },
);
