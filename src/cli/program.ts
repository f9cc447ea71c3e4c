// The program: finds the command, runs it, and turns its failure into a message and an exit code.

import { Command, CommanderError, Option } from 'commander';
import { type CommandEntry, commands } from './commands.ts';
import { printError } from './ui/error.ts';
import { version } from './version.ts';

/** Runs `caisson` with `args`; resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const program = await assemble(args);
  try {
    await program.parseAsync(args as string[], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageFailure(args);
    return printError(error, process.stderr);
  }
}

/** The program with the one command that `args` name; all of them as mere names when it is the help that is asked for. */
async function assemble(args: readonly string[]): Promise<Command> {
  const program = base();
  const name = args.find((arg, index) => !arg.startsWith('-') && args[index - 1] !== '--root');
  const entry = name === undefined ? undefined : commands[name];
  if (name !== undefined && entry)
    program.addCommand(
      (await entry.load()).command().name(name).description(entry.summary).copyInheritedSettings(program),
    );
  else
    for (const [other, { summary, group }] of Object.entries(commands))
      program.addCommand(listed(other, summary, group));
  return program;
}

function base(): Command {
  return new Command('caisson')
    .description('Builds images from Dockerfiles and runs them as containers')
    .version(`caisson ${version}`, '-v, --version', 'Show the version')
    .addOption(new Option('--root <dir>', 'Folder of images, containers and volumes').env('CAISSON_ROOT'))
    .helpOption('-h, --help', 'Show this help')
    .enablePositionalOptions()
    .showHelpAfterError("(see 'caisson --help')")
    .exitOverride();
}

function listed(name: string, summary: string, group: CommandEntry['group']): Command {
  return new Command(name)
    .description(summary)
    .helpGroup(`${group}:`)
    .allowUnknownOption()
    .action(() => undefined);
}

/** Docker's code for a wrong use: 125 where the exit code could be the container's. */
function usageFailure(args: readonly string[]): number {
  return args.some((arg) => arg === 'run' || arg === 'create' || arg === 'exec') ? 125 : 1;
}
