// StageNameCasing: stages are looked up without case, so their names are written in lower case.

import { buildkitRule } from '../../rule.ts';

/** `FROM alpine AS Build`. */
export const stageNameCasing = buildkitRule(
  {
    name: 'StageNameCasing',
    description: 'Stage names should be lowercase',
    page: 'stage-name-casing',
  },
  {
    over: 'instruction',
    *check({ instruction, lines }) {
      const name = instruction.kind === 'from' ? (instruction.alias?.text ?? '') : '';
      if (name !== name.toLowerCase()) yield { message: `Stage name '${name}' should be lowercase`, lines };
    },
  },
);
