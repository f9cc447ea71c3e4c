// AptInsteadOfAptGet: apt is for people; its output and options may change.

import { programName } from '../../shell/options.ts';
import { commandRule } from './per-command.ts';

/** `apt install curl`. */
export const aptInsteadOfAptGet = commandRule(
  {
    name: 'AptInsteadOfAptGet',
    description: 'Scripts should use apt-get or apt-cache: the interface of apt is not stable',
    level: 'warning',
    hadolint: 'DL3027',
  },
  (command) => (programName(command) === 'apt' ? 'Use apt-get or apt-cache instead of apt' : undefined),
);
