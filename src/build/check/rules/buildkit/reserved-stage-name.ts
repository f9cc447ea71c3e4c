// ReservedStageName: a stage that is called as something else already is.

import { quote } from '../../../../../grammar/index.ts';
import { buildkitRule } from '../../rule.ts';

const reserved = new Set(['context', 'scratch']);

/** `FROM alpine AS scratch`. */
export const reservedStageName = buildkitRule(
  {
    name: 'ReservedStageName',
    description: 'Reserved words should not be used as stage names',
    page: 'reserved-stage-name',
  },
  {
    over: 'stage',
    *check({ name, lines }) {
      if (name === undefined || !reserved.has(name)) return;
      yield { message: `Stage name should not use the same name as reserved stage ${quote(name)}`, lines };
    },
  },
);
