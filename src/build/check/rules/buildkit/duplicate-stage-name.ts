// DuplicateStageName: two stages of one name, of which only the later can be meant from then on.

import { quote } from '../../../../../grammar/index.ts';
import type { FileModel } from '../../model.ts';
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
    *check({ name, index, lines }, file) {
      if (name === undefined || firstStages(file).get(name) === index) return;
      yield { message: `Duplicate stage name ${quote(name)}, stage names should be unique`, lines };
    },
  },
);

const remembered = new WeakMap<FileModel, ReadonlyMap<string | undefined, number>>();

/** The number of the first stage of each name. */
function firstStages(file: FileModel): ReadonlyMap<string | undefined, number> {
  const known =
    remembered.get(file) ?? new Map(file.stages.toReversed().map(({ name, index }) => [name, index]));
  remembered.set(file, known);
  return known;
}
