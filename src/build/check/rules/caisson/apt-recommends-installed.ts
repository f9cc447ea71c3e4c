// AptRecommendsInstalled: recommended packages are rarely needed in an image.

import { isSubcommand } from '../../shell/options.ts';
import { commandRule } from './per-command.ts';

/** `apt-get install -y curl` without `--no-install-recommends`. */
export const aptRecommendsInstalled = commandRule(
  {
    name: 'AptRecommendsInstalled',
    description: 'apt-get install should leave out what packages only recommend',
    level: 'info',
    hadolint: 'DL3015',
  },
  (command) => {
    if (!isSubcommand(command, 'apt-get', 'install')) return undefined;
    if (command.args.some((arg) => /no-install-recommends|install-recommends=(?:0|false)/i.test(arg)))
      return undefined;
    return 'Add --no-install-recommends, and name what is needed';
  },
);
