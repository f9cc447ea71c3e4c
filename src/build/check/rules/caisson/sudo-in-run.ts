// SudoInRun: a build runs as root unless USER says otherwise.

import { programName } from '../../shell/options.ts';
import { commandRule } from './per-command.ts';

/** `RUN sudo make install`. */
export const sudoInRun = commandRule(
  {
    name: 'SudoInRun',
    description: 'sudo has no use in a build: USER says who runs a step',
    level: 'error',
    hadolint: 'DL3004',
  },
  (command) =>
    programName(command) === 'sudo' ? 'Do not use sudo: set USER root for the step that needs it' : undefined,
);
