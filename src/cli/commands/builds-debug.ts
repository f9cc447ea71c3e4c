// `caisson builds debug ID [COMMAND]`, `… debug ls|rm`; `caisson build debug` for short

import { Command } from 'commander';
import type { EnterRequest } from '../../engine/index.ts';
import type { KeptState } from '../../store/index.ts';
import { enterState } from '../debug.ts';
import { addGivenOptions, type ExecFlags, execRequest } from '../options/build/exec.ts';
import { collect } from '../options/collect.ts';
import { forEachName, withEngine } from '../session.ts';
import { type Column, renderRows } from '../table.ts';
import { printError } from '../ui/error.ts';
import { fit, humanDuration, safeText } from '../ui/text.ts';

interface EnterFlags extends ExecFlags {
  readonly interactive?: boolean;
  readonly tty?: boolean;
  readonly env?: readonly string[];
  readonly user?: string;
  readonly workdir?: string;
}

/** Enters the state of a failed step that was kept; lists and removes such states. */
export function debugCommand(): Command {
  const debug = new Command('debug')
    .description('Run a command in the state of a failed step (default: a shell)')
    .passThroughOptions()
    .argument('<id>', 'State by id, or ls, or rm')
    .argument('[command...]', "Command and its arguments (default: the shell of the step's stage)")
    .option('-i, --interactive', 'Keep standard input open (a shell has it)')
    .option('-t, --tty', 'Give it a terminal (a shell on a terminal has one)')
    .option('-e, --env <name=value>', 'Set an environment variable', collect)
    .option('-u, --user <user[:group]>', "User by name or number (default: the step's)")
    .option('-w, --workdir <dir>', "Working directory (default: the step's)");
  addGivenOptions(debug).action(
    async (id: string, command: readonly string[], flags: EnterFlags, self: Command) => {
      try {
        process.exitCode = await enter(id, command, flags, self);
      } catch (error) {
        process.exitCode = printError(error, process.stderr);
      }
    },
  );
  return debug.addCommand(listCommand()).addCommand(removeCommand());
}

function enter(id: string, command: readonly string[], flags: EnterFlags, self: Command): Promise<number> {
  const isShell = command.length === 0;
  const { secrets, ssh } = execRequest(flags);
  const request: EnterRequest = {
    command,
    env: flags.env ?? [],
    ...(flags.user === undefined ? {} : { user: flags.user }),
    ...(flags.workdir === undefined ? {} : { workingDirectory: flags.workdir }),
    terminal: flags.tty ?? (isShell && process.stdin.isTTY === true),
    ...(secrets ? { secrets } : {}),
    ...(ssh ? { ssh } : {}),
  };
  return withEngine(self, (engine) => enterState(engine, id, request, flags.interactive ?? isShell));
}

function listCommand(): Command {
  return new Command('ls')
    .description('List kept states, newest first')
    .option('-q, --quiet', 'Only ids')
    .option('--format <format>', 'table, json, or a template like {{.ID}}')
    .action((flags: { readonly quiet?: boolean; readonly format?: string }, self: Command) =>
      withEngine(self, async (engine) => {
        const states = await engine.kept.list();
        process.stdout.write(renderRows(states, columns, flags.quiet ? '{{.ID}}' : flags.format));
      }),
    );
}

function removeCommand(): Command {
  return new Command('rm')
    .description('Remove kept states')
    .argument('[ids...]')
    .option('-a, --all', 'All of them')
    .action((ids: readonly string[], { all }: { readonly all?: boolean }, self: Command) =>
      withEngine(self, async (engine) => {
        const chosen = all ? (await engine.kept.list()).map(({ id }) => id) : ids;
        await forEachName(chosen, async (id) => (await engine.kept.remove(id)).id);
      }),
    );
}

const columns: readonly Column<KeptState>[] = [
  { title: 'ID', field: 'ID', value: ({ id }) => id },
  { title: 'STEP', field: 'Step', value: ({ name }) => fit(safeText(name), 50) },
  {
    title: 'CREATED AT',
    field: 'CreatedAt',
    value: ({ created }) => `${humanDuration(Date.now() - created)} ago`,
  },
  { title: 'ERROR', field: 'Error', value: ({ error }) => fit(safeText(exitOf(error)), 40) },
];

/** The message without the command, which the name of the step has already. */
function exitOf(error: string): string {
  return /(exit code: \d+)$/.exec(error)?.[1] ?? error;
}
