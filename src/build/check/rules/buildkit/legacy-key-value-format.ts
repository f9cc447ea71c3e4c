// LegacyKeyValueFormat: ENV and LABEL without an equals sign take one name and the rest of the line.

import { buildkitRule } from '../../rule.ts';

/** `ENV NAME value`. */
export const legacyKeyValueFormat = buildkitRule(
  {
    name: 'LegacyKeyValueFormat',
    description: 'Legacy key/value format with whitespace separator should not be used',
    page: 'legacy-key-value-format',
  },
  {
    over: 'step',
    *check({ instruction, lines }) {
      if (instruction.kind !== 'env' && instruction.kind !== 'label') return;
      if (!instruction.legacy) return;
      const { text } = instruction.keyword;
      const message = `"${text} key=value" should be used instead of legacy "${text} key value" format`;
      yield { message, lines };
    },
  },
);
