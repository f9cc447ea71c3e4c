// DuplicateStageName: two stages of one name, of which only the later can be meant from then on.

import { quote } from '../../../../../grammar/index.ts';
import { buildkitRule } from '../../rule.ts';

/** `FROM a AS build`, then `FROM b AS build`. */
export const duplicateStageName = buildkitRule(
  {
    name: 'DuplicateStageName',
    description: 'Stage names should be unique',
    page: 'duplicate-stage-name',
    hadolint: 'DL3024',
  },
  {
    over: 'stage',
    *check({ name, index, lines }, { stages }) {
      if (name === undefined || !stages.slice(0, index).some((other) => other.name === name)) return;
      yield { message: `Duplicate stage name ${quote(name)}, stage names should be unique`, lines };
    },
  },
);
