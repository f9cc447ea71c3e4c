// `caisson exec CONTAINER COMMAND`

import { Command } from 'commander';
import { followAttached } from '../attached.ts';
import { collect, envFileLines } from '../options/collect.ts';
import { withEngine } from '../session.ts';
import { printError } from '../ui/error.ts';

interface ExecFlags {
  readonly interactive?: boolean;
  readonly tty?: boolean;
  readonly env?: readonly string[];
  readonly envFile?: readonly string[];
  readonly user?: string;
  readonly workdir?: string;
  readonly privileged?: boolean;
  readonly detach?: boolean;
}

/** Runs a command in a running container; the exit code is its own. */
export function command(): Command {
  return new Command()
    .passThroughOptions()
    .argument('<container>', 'Container by name or id')
    .argument('<command...>', 'Command and its arguments')
    .option('-i, --interactive', 'Keep standard input open')
    .option('-t, --tty', 'Give it a terminal')
    .option('-e, --env <name=value>', 'Set an environment variable', collect)
    .option('--env-file <file>', 'Read environment variables from a file', collect)
    .option('-u, --user <user[:group]>', 'User by name or number')
    .option('-w, --workdir <dir>', 'Working directory')
    .option('-d, --detach', 'Run it in the background')
    .option('--privileged', 'Give it all capabilities')
    .action(async (container: string, args: readonly string[], flags: ExecFlags, self: Command) => {
      try {
        process.exitCode = await execute(container, args, flags, self);
      } catch (error) {
        process.exitCode = printError(error, process.stderr);
      }
    });
}

async function execute(
  container: string,
  args: readonly string[],
  flags: ExecFlags,
  self: Command,
): Promise<number> {
  const request = {
    command: args,
    env: [...(flags.envFile ?? []).flatMap(envFileLines), ...(flags.env ?? [])],
    ...(flags.user === undefined ? {} : { user: flags.user }),
    ...(flags.workdir === undefined ? {} : { workingDirectory: flags.workdir }),
    terminal: flags.tty ?? false,
    openStdin: flags.interactive ?? false,
    privileged: flags.privileged ?? false,
    detached: flags.detach ?? false,
  };
  return withEngine(self, async (engine) => {
    if (request.detached)
      return (await engine.containers.exec(container, request, { stdin: 'null' }))?.code ?? 0;
    return followAttached(
      { stdin: request.openStdin, terminal: request.terminal },
      { follow: (streams) => engine.containers.exec(container, request, streams) },
    );
  });
}
