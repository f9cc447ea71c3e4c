// ApkCacheKept: apk's index is kept in the layer.

import { hasOption, isSubcommand } from '../../shell/options.ts';
import { runOf } from '../../shell/script.ts';
import { commandRule } from './per-command.ts';

/** `apk add curl` without `--no-cache`. */
export const apkCacheKept = commandRule(
  {
    name: 'ApkCacheKept',
    description: 'apk add should not leave its index in the layer',
    level: 'info',
    hadolint: 'DL3019',
  },
  (command, all, step) => {
    if (!isSubcommand(command, 'apk', 'add') || hasOption(command, '--no-cache')) return undefined;
    const removed = all.some(({ args }) => args.some((arg) => arg.startsWith('/var/cache/apk')));
    const cached = runOf(step)?.mounts.some(({ flag }) => flag.value?.includes('/var/cache/apk'));
    return removed || cached ? undefined : 'Add --no-cache: without it the package index stays in the layer';
  },
);
