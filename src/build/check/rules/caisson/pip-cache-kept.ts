// PipCacheKept: what pip downloads is kept in the layer.

import { hasOption, isSubcommand } from '../../shell/options.ts';
import { runOf } from '../../shell/script.ts';
import { commandRule } from './per-command.ts';
import { pipCall } from './pip-version-unpinned.ts';

/** `pip install` without `--no-cache-dir`, a cache mount, or PIP_NO_CACHE_DIR. */
export const pipCacheKept = commandRule(
  {
    name: 'PipCacheKept',
    description: 'pip should not keep what it downloads in the layer',
    level: 'warning',
    hadolint: 'DL3042',
  },
  (command, _, step) => {
    const call = pipCall(command);
    if (call === undefined || !isSubcommand({ ...call, name: 'pip' }, 'pip', 'install')) return undefined;
    const isOff = hasOption(call, '--no-cache-dir') || step.environment.get('PIP_NO_CACHE_DIR') !== undefined;
    const cached = runOf(step)?.mounts.some(({ flag }) => /type=(?:cache|tmpfs)/.test(flag.value ?? ''));
    return isOff || cached
      ? undefined
      : 'Add --no-cache-dir, or mount a cache: --mount=type=cache,target=/root/.cache/pip';
  },
);
