// The help of the whole program, from the table of commands alone: nothing else is loaded to print it.

import { type CommandEntry, commands } from './commands.ts';

const groups: readonly CommandEntry['group'][] = ['Build', 'Images', 'Containers', 'System'];

/** What `caisson --help` prints. */
export function helpText(): string {
  return `Usage: caisson [--root <dir>] <command> [options]

Builds images from Dockerfiles and runs them as containers

Options:
  --root <dir>    Folder of images, containers and volumes (env: CAISSON_ROOT)
  -v, --version   Show the version
  -h, --help      Show this help, or a command's: caisson run --help

${groups.map(section).join('\n')}`;
}

function section(group: CommandEntry['group']): string {
  const lines = Object.entries(commands)
    .filter(([, entry]) => entry.group === group)
    .map(([name, { summary }]) => `  ${name.padEnd(14)}  ${summary}\n`);
  return `${group}:\n${lines.join('')}`;
}
