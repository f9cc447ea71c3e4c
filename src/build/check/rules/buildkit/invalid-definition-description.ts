// InvalidDefinitionDescription: the comment above a stage or an argument describes it, if it begins with its name.

import { buildkitRule } from '../../rule.ts';

/** `# The compiler`, then `FROM gcc AS compiler`: the comment is not shown as the stage's description. */
export const invalidDefinitionDescription = buildkitRule(
  {
    name: 'InvalidDefinitionDescription',
    description:
      'Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. If this is not intended to be a description comment, add an empty line or comment between the instruction and the comment.',
    page: 'invalid-definition-description',
    experimental: true,
  },
  {
    over: 'instruction',
    *check({ instruction, lines, comments }) {
      if (instruction.kind !== 'from' && instruction.kind !== 'arg') return;
      const names =
        instruction.kind === 'arg'
          ? instruction.args.map(({ name }) => name)
          : [instruction.alias?.text.toLowerCase() ?? []].flat();
      const first = comments.at(-1)?.split(' ')[0];
      if (first === undefined || names.length === 0 || names.includes(first)) return;
      const example = names.length > 1 ? '<arg_key>' : names[0];
      const keyword = instruction.kind.toUpperCase();
      yield {
        message: `Comment for ${keyword} should follow the format: \`# ${example} <description>\``,
        lines,
      };
    },
  },
);
