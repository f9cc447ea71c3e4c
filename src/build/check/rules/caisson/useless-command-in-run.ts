// UselessCommandInRun: commands for a running machine or a person at it.

import { programName } from '../../shell/options.ts';
import { commandRule } from './per-command.ts';

const useless = new Set([
  'ssh',
  'vim',
  'shutdown',
  'service',
  'ps',
  'free',
  'top',
  'htop',
  'kill',
  'mount',
  'reboot',
  'systemctl',
]);

/** `RUN service nginx start`. */
export const uselessCommandInRun = commandRule(
  {
    name: 'UselessCommandInRun',
    description: 'What is started or looked at in a RUN is gone when it ends',
    level: 'info',
    hadolint: 'DL3001',
  },
  (command) => {
    const name = programName(command);
    return useless.has(name) ? `"${name}" has no lasting effect in a build` : undefined;
  },
);
