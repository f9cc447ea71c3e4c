// GemVersionUnpinned: `gem install bundler` installs what the registry has that day.

import { hasOption, programName } from '../../shell/options.ts';
import { after, unpinnedRule } from './unpinned.ts';

/** `gem install bundler` instead of `bundler:2.6.2` or `-v 2.6.2`. */
export const gemVersionUnpinned = unpinnedRule({
  name: 'GemVersionUnpinned',
  hadolint: 'DL3028',
  tool: 'gem',
  form: 'name:version',
  installs: (command) =>
    programName(command) === 'gem' && !hasOption(command, '-v', '--version')
      ? after(command, ['install', 'i'])
      : undefined,
  withValue: new Set(['-i', '--install-dir', '-n', '--bindir', '-P', '--source', '-s', '--platform']),
  isPinned: (word) => /:|\.gem$/.test(word),
});
