// ConsistentInstructionCasing: all instructions in capitals, or all in small letters.

import { buildkitRule } from '../../rule.ts';

/** `FROM`, then `run`. */
export const consistentInstructionCasing = buildkitRule(
  {
    name: 'ConsistentInstructionCasing',
    description: 'All commands within the Dockerfile should use the same casing (either upper or lower)',
    page: 'consistent-instruction-casing',
  },
  {
    over: 'file',
    *check({ instructions }) {
      const first = instructions.findIndex(({ instruction }) => instruction.kind === 'from');
      const counted = first < 0 ? [] : instructions.slice(first);
      const keywords = counted.map(({ instruction }) => instruction.keyword.text);
      const lower = keywords.filter((keyword) => keyword === keyword.toLowerCase()).length;
      const upper = keywords.filter((keyword) => keyword === keyword.toUpperCase()).length;
      const casing = lower > upper ? 'lowercase' : 'uppercase';
      for (const { instruction, lines } of counted) {
        const { text } = instruction.keyword;
        const right = casing === 'lowercase' ? text.toLowerCase() : text.toUpperCase();
        if (text === right) continue;
        yield {
          message: `Command '${text}' should match the case of the command majority (${casing})`,
          lines,
        };
      }
    },
  },
);
