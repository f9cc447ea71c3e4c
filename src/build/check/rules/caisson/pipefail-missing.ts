// PipefailMissing: of a pipe only the last command's failure counts.

import { hasOption } from '../../shell/options.ts';
import { commandRule } from './per-command.ts';

/** `RUN wget -O - https://… | tar x` in a shell that does not fail with wget. */
export const pipefailMissing = commandRule(
  {
    name: 'PipefailMissing',
    description: 'A failure before the last command of a pipe should fail the step',
    level: 'warning',
    hadolint: 'DL4006',
  },
  (command, all, { shell }) => {
    if (!command.after.startsWith('|') || command.after === '||') return undefined;
    const first = all.find(({ after }) => after.startsWith('|') && after !== '||');
    if (command !== first) return undefined;
    const isSet = shell.some((word) => word === 'pipefail') || all.some(setsPipefail);
    return isSet
      ? undefined
      : 'Set pipefail before a RUN with a pipe: SHELL ["/bin/bash", "-o", "pipefail", "-c"]';
  },
);

function setsPipefail(command: { readonly name: string; readonly args: readonly string[] }): boolean {
  return command.name === 'set' && command.args.includes('pipefail') && hasOption(command, '-o');
}
