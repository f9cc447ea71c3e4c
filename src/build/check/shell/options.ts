// Options and operands of a command line.

import type { ShellCommand } from './commands.ts';

/** Whether one of the options is given: `--yes`, `--yes=…`, `-y`, or a letter of a cluster such as `-qy`. */
export function hasOption({ args }: Pick<ShellCommand, 'args'>, ...options: readonly string[]): boolean {
  return args.some((arg) => options.some((option) => matches(arg, option)));
}

function matches(arg: string, option: string): boolean {
  if (arg === option || arg.startsWith(`${option}=`)) return true;
  const letter = /^-(\w)$/.exec(option)?.[1];
  return letter !== undefined && /^-\w+$/.test(arg) && arg.slice(1).includes(letter);
}

/** The words that are no options, and no values of those of `withValue`. */
export function operands(
  args: readonly string[],
  withValue: ReadonlySet<string> = new Set(),
): readonly string[] {
  return args.filter((arg, index) => {
    const before = args[index - 1];
    return !arg.startsWith('-') && (before === undefined || !withValue.has(before));
  });
}

/** The program's own name: `/usr/bin/apt-get` is `apt-get`. */
export function programName({ name }: Pick<ShellCommand, 'name'>): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Whether the command is `program` with this first operand: `apt-get install`. */
export function isSubcommand(
  command: ShellCommand,
  program: string | RegExp,
  ...subcommands: readonly string[]
): boolean {
  const name = programName(command);
  const fits = typeof program === 'string' ? name === program : program.test(name);
  return fits && subcommands.includes(operands(command.args)[0] ?? '');
}
