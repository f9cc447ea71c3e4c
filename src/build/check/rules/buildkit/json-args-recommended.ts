// JSONArgsRecommended: a shell between the runtime and the program does not pass signals on.

import { buildkitRule } from '../../rule.ts';

/** `CMD node server.js`, without a SHELL that says the shell is meant. */
export const jsonArgsRecommended = buildkitRule(
  {
    name: 'JSONArgsRecommended',
    description:
      'JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals',
    page: 'json-args-recommended',
    hadolint: 'DL3025',
  },
  {
    over: 'step',
    *check({ instruction, lines, shell }) {
      if (instruction.kind !== 'cmd' && instruction.kind !== 'entrypoint') return;
      if (instruction.command.form === 'exec' || shell.length > 0) return;
      const { text } = instruction.keyword;
      const message = `JSON arguments recommended for ${text} to prevent unintended behavior related to OS signals`;
      yield { message, lines };
    },
  },
);
