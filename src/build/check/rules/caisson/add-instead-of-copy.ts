// AddInsteadOfCopy: COPY does what it says, ADD guesses.

import { caissonRule } from '../../rule.ts';
import { writtenSources } from '../../words.ts';

const archive = /\.(?:tar|t?gz|tgz|bz2|tbz2?|xz|txz|lzma|tlz|zst|tzst|Z)$/;
const remote = /^(?:https?|git|ssh):|^git@|\$/;

/** `ADD config.json /etc/`. */
export const addInsteadOfCopy = caissonRule(
  {
    name: 'AddInsteadOfCopy',
    description: 'COPY should be used where nothing is fetched or unpacked',
    level: 'error',
    hadolint: 'DL3020',
  },
  {
    over: 'step',
    *check({ instruction, lines, triggered }) {
      if (instruction.kind !== 'add' || triggered || instruction.unpack !== undefined) return;
      const sources = writtenSources(instruction).map(({ text }) => text);
      if (sources.some((source) => archive.test(source) || remote.test(source))) return;
      yield { message: 'Use COPY: this ADD fetches and unpacks nothing', lines };
    },
  },
);
