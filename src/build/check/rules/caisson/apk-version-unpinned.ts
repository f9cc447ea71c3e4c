// ApkVersionUnpinned: `apk add curl` installs what the mirror has that day.

import { programName } from '../../shell/options.ts';
import { after, unpinnedRule } from './unpinned.ts';

/** `apk add curl` instead of `curl=8.14.1-r2` or `curl~=8.14`. */
export const apkVersionUnpinned = unpinnedRule({
  name: 'ApkVersionUnpinned',
  hadolint: 'DL3018',
  tool: 'apk',
  form: 'name=version',
  installs: (command) => (programName(command) === 'apk' ? after(command, ['add']) : undefined),
  withValue: new Set(['-t', '--virtual', '-X', '--repository', '-p', '--root']),
  isPinned: (word) => /[=<>~]|\.apk$/.test(word),
});
