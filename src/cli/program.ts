// The program: finds the command, runs it, and turns its failure into a message and an exit code.

import { constants } from 'node:os';
import { Command, type CommanderError, Option } from 'commander';
import { errnoOf } from '../core/index.ts';
import { aliases, withoutAliases } from './aliases.ts';
import { type CommandEntry, commands } from './commands.ts';
import { groupHelp, helpText } from './help.ts';
import { printError } from './ui/error.ts';

/** Runs `caisson` with `args`; resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  process.on('uncaughtException', (error) => process.exit(lastWords(error)));
  const at = commandAt(args);
  const words = spelledOut(withoutAliases(args, at), at);
  const name = words[at];
  if (name !== undefined && isHelpOfGroup(name, words[at + 1])) {
    process.stdout.write(groupHelp(name));
    return 0;
  }
  const program = await assemble(name);
  try {
    await program.parseAsync(words as string[], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (isUsageError(error)) return usageCode(error);
    return printError(error, process.stderr);
  }
}

/** The exit code of a failure that nobody caught; a reader that has gone (`| head`) ends a program as SIGPIPE would. */
function lastWords(error: unknown): number {
  return errnoOf(error) === 'EPIPE' ? 128 + constants.signals.SIGPIPE : printError(error, process.stderr);
}

/** What a build's arguments leave out. */
function spelledOut(words: readonly string[], at: number): readonly string[] {
  return words[at] === 'build' ? words.map((word) => bare[word] ?? word) : words;
}

/** Flags that may stand without their value, which is otherwise the word behind them. */
const bare: Readonly<Record<string, string>> = {
  '--explain': '--explain=cache',
  '--provenance': '--provenance=true',
  '--sbom': '--sbom=true',
};

/** Where the command's name is: behind the program's own options. */
function commandAt(args: readonly string[]): number {
  const at = args.findIndex((arg, index) => !arg.startsWith('-') && args[index - 1] !== '--root');
  return at < 0 ? args.length : at;
}

/** A group that is no command of its own shows what is in it. */
function isHelpOfGroup(name: string, next: string | undefined): boolean {
  const isGroup = Object.hasOwn(aliases, name) && !Object.hasOwn(commands, name);
  return isGroup && (next === undefined || next === '--help' || next === '-h');
}

/** The program with the one command `name`; all of them, as mere names to suggest, when it is none. */
async function assemble(name: string | undefined): Promise<Command> {
  const program = base();
  const entry = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (name !== undefined && entry) program.addCommand(await loaded(name, entry, program));
  else for (const other of Object.keys({ ...commands, ...aliases })) program.addCommand(new Command(other));
  return program;
}

async function loaded(name: string, { load, summary }: CommandEntry, program: Command): Promise<Command> {
  const { command } = await load();
  const loadedCommand = command().name(name).description(summary).copyInheritedSettings(program);
  for (const part of [loadedCommand, ...loadedCommand.commands])
    part
      .exitOverride()
      .showHelpAfterError(
        `See 'caisson ${part === loadedCommand ? name : `${name} ${part.name()}`} --help'.`,
      );
  return loadedCommand;
}

function base(): Command {
  const program = new Command('caisson')
    .addOption(new Option('--root <dir>', 'Folder of images, containers and volumes').env('CAISSON_ROOT'))
    .enablePositionalOptions()
    .showHelpAfterError("See 'caisson --help'.")
    .exitOverride();
  program.helpInformation = helpText;
  return program;
}

/** The program's parts may each have their own copy of the class. */
function isUsageError(error: unknown): error is CommanderError {
  return error instanceof Error && error.name === 'CommanderError';
}

/** As Docker's: 125 where a flag is wrong, 1 where an argument is. */
function usageCode({ code, exitCode }: CommanderError): number {
  if (exitCode === 0) return 0;
  return ['commander.missingArgument', 'commander.unknownCommand', 'commander.help'].includes(code) ? 1 : 125;
}
