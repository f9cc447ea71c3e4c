// AptUpdateAlone: a cached list of packages goes with a later install, and names what is no longer there.

import { isSubcommand } from '../../shell/options.ts';
import { commandRule } from './per-command.ts';

/** `RUN apt-get update`, and the install in another RUN. */
export const aptUpdateAlone = commandRule(
  {
    name: 'AptUpdateAlone',
    description: 'apt-get update belongs into the RUN that installs, or an old list is taken from the cache',
    level: 'warning',
  },
  (command, all) => {
    if (!isSubcommand(command, /^apt(?:-get|itude)?$/, 'update')) return undefined;
    const isUsed = all.some((other) => /^apt/.test(other.name) && !isSubcommand(other, /^apt/, 'update'));
    return isUsed
      ? undefined
      : 'Install in the same RUN as apt-get update: apart, the list comes from the cache';
  },
);
