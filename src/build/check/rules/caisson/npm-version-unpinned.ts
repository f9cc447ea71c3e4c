// NpmVersionUnpinned: `npm install express` installs what the registry has that day.

import { programName } from '../../shell/options.ts';
import { after, unpinnedRule } from './unpinned.ts';

/** `npm install express` instead of `express@5.1.0`. */
export const npmVersionUnpinned = unpinnedRule({
  name: 'NpmVersionUnpinned',
  hadolint: 'DL3016',
  tool: 'npm',
  form: 'name@version',
  installs: (command) =>
    programName(command) === 'npm' ? after(command, ['install', 'i', 'add']) : undefined,
  withValue: new Set(['--prefix', '--registry', '--cache', '--loglevel', '--tag', '-C', '-w', '--workspace']),
  isPinned: (word) => /.@|:|\.tgz$|^[./]/.test(word),
});
