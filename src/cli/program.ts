// The program: finds the command, runs it, and turns its failure into a message and an exit code.

import { Command, CommanderError, Option } from 'commander';
import { type CommandEntry, commands } from './commands.ts';
import { helpText } from './help.ts';
import { printError } from './ui/error.ts';

/** Runs `caisson` with `args`; resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  process.on('uncaughtException', (error) => process.exit(printError(error, process.stderr)));
  const program = await assemble(args);
  try {
    await program.parseAsync(args as string[], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageFailure(args);
    return printError(error, process.stderr);
  }
}

/** The program with the one command that `args` name; all of them, as mere names to suggest, when it is none. */
async function assemble(args: readonly string[]): Promise<Command> {
  const program = base();
  const name = args.find((arg, index) => !arg.startsWith('-') && args[index - 1] !== '--root');
  const entry = name === undefined ? undefined : commands[name];
  if (name !== undefined && entry) program.addCommand(await loaded(name, entry, program));
  else for (const other of Object.keys(commands)) program.addCommand(new Command(other));
  return program;
}

async function loaded(name: string, { load, summary }: CommandEntry, program: Command): Promise<Command> {
  const { command } = await load();
  return command().name(name).description(summary).copyInheritedSettings(program);
}

function base(): Command {
  return new Command('caisson')
    .addOption(new Option('--root <dir>', 'Folder of images, containers and volumes').env('CAISSON_ROOT'))
    .configureHelp({ formatHelp: helpText })
    .enablePositionalOptions()
    .showHelpAfterError("(see 'caisson --help')")
    .exitOverride();
}

/** Docker's code for a wrong use: 125 where the exit code could be the container's. */
function usageFailure(args: readonly string[]): number {
  return args.some((arg) => arg === 'run' || arg === 'create' || arg === 'exec') ? 125 : 1;
}
