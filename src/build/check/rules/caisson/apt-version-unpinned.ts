// AptVersionUnpinned: `apt-get install curl` installs what the mirror has that day.

import { programName } from '../../shell/options.ts';
import { after, unpinnedRule } from './unpinned.ts';

/** `apt-get install curl` instead of `curl=8.14.1-2`. */
export const aptVersionUnpinned = unpinnedRule({
  name: 'AptVersionUnpinned',
  hadolint: 'DL3008',
  tool: 'apt',
  form: 'name=version',
  installs: (command) =>
    ['apt-get', 'apt', 'aptitude'].includes(programName(command)) ? after(command, ['install']) : undefined,
  withValue: new Set(['-t', '--target-release', '-o', '--option', '-c']),
  isPinned: (word) => /[=/]|\.deb$/.test(word),
});
