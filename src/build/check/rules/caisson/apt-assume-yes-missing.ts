// AptAssumeYesMissing: nobody is there to answer.

import { hasOption, isSubcommand } from '../../shell/options.ts';
import { commandRule } from './per-command.ts';

/** `apt-get install curl` without `-y`. */
export const aptAssumeYesMissing = commandRule(
  {
    name: 'AptAssumeYesMissing',
    description: 'apt-get should be told not to ask, or the build stops at its question',
    level: 'warning',
    hadolint: 'DL3014',
  },
  (command) => {
    if (!isSubcommand(command, 'apt-get', 'install', 'upgrade', 'dist-upgrade', 'remove')) return undefined;
    if (hasOption(command, '-y', '--yes', '--assume-yes', '-qq') || quiet(command.args)) return undefined;
    return 'Add -y: apt-get would ask, and nobody answers in a build';
  },
);

/** `-q=2` and two `-q` answer yes, too. */
function quiet(args: readonly string[]): boolean {
  return args.includes('-q=2') || args.filter((arg) => /^(?:-q|--quiet)$/.test(arg)).length > 1;
}
