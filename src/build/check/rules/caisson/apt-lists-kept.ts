// AptListsKept: the package lists stay in the layer, where nothing can take them out again.

import type { Step } from '../../model.ts';
import { isSubcommand, programName } from '../../shell/options.ts';
import { runOf } from '../../shell/script.ts';
import { commandRule } from './per-command.ts';

/** `apt-get update && apt-get install …` without `rm -rf /var/lib/apt/lists/*` in the same RUN. */
export const aptListsKept = commandRule(
  {
    name: 'AptListsKept',
    description: 'The lists that apt-get update fetches should not stay in the layer',
    level: 'info',
    hadolint: 'DL3009',
  },
  (command, all, step) => {
    if (!isSubcommand(command, /^apt(?:-get|itude)?$/, 'update')) return undefined;
    const removed = all.some(
      (other) => programName(other) === 'rm' && other.args.some((arg) => arg.startsWith('/var/lib/apt')),
    );
    if (removed || isMounted(step)) return undefined;
    return 'Remove the package lists in the same RUN: rm -rf /var/lib/apt/lists/*';
  },
);

function isMounted(step: Step): boolean {
  const options = runOf(step)?.mounts.flatMap((mount) => mount.options) ?? [];
  return options.some(
    ({ key, value = '' }) =>
      /^(?:target|dst|destination)$/.test(key) && /^\/var\/lib\/apt(?:\/lists)?\/?$/.test(value),
  );
}
