// PipVersionUnpinned: `pip install flask` installs what the index has that day.

import { hasOption, programName } from '../../shell/options.ts';
import type { RunCommand } from '../../shell/run-commands.ts';
import { after, unpinnedRule } from './unpinned.ts';

const files = ['-r', '--requirement', '-c', '--constraint', '-e', '--editable'];

/** `pip install flask` instead of `flask==3.1.0`. */
export const pipVersionUnpinned = unpinnedRule({
  name: 'PipVersionUnpinned',
  hadolint: 'DL3013',
  tool: 'pip',
  form: 'name==version',
  installs: (command) => {
    const call = pipCall(command);
    return call === undefined || hasOption(call, ...files) ? undefined : after(call, ['install']);
  },
  withValue: new Set([
    ...['-i', '--index-url', '--extra-index-url', '-f', '--find-links', '-t', '--target', '--trusted-host'],
    ...['--prefix', '--root', '--platform', '--python-version', '--progress-bar', '--timeout', '--proxy'],
  ]),
  isPinned: (word) => /[=<>~!@]=|@|^[.~/]|:\/\/|\.(?:whl|tar\.gz|zip)$/.test(word),
});

/** pip by its name or as a module of python. */
export function pipCall(command: RunCommand): RunCommand | undefined {
  const name = programName(command);
  if (/^pip[\d.]*$/.test(name)) return command;
  const [flag, module, ...args] = command.args;
  return /^python[\d.]*$/.test(name) && flag === '-m' && module === 'pip' ? { ...command, args } : undefined;
}
