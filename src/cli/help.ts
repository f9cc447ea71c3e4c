// The help of the whole program, from the table of commands alone: nothing else is loaded to print it.

import { aliases } from './aliases.ts';
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

${groups.map(section).join('\n')}
Docker's longer names work too: ${Object.keys(aliases)
    .map((group) => `${group} …`)
    .join(', ')}
`;
}

/** What `caisson image --help` prints: Docker's names, and what they are here. */
export function groupHelp(group: string): string {
  const lines = Object.entries(aliases[group] ?? {}).map(
    ([name, words]) => `  ${`${group} ${name}`.padEnd(20)}  ${commands[words[0] ?? '']?.summary ?? ''}\n`,
  );
  return `Usage: caisson ${group} <command> [options]\n\nCommands:\n${lines.join('')}`;
}

function section(group: CommandEntry['group']): string {
  const lines = Object.entries(commands)
    .filter(([, entry]) => entry.group === group)
    .map(([name, { summary }]) => `  ${name.padEnd(14)}  ${summary}\n`);
  return `${group}:\n${lines.join('')}`;
}
