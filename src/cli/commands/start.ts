// `caisson start CONTAINER...`

import { Command } from 'commander';
import { CaissonError, isCaissonError } from '../../core/index.ts';
import type { Engine } from '../../engine/index.ts';
import { followAttached } from '../attached.ts';
import { forEachName, withEngine } from '../session.ts';
import { printError } from '../ui/error.ts';
import { streamsOf } from './attach.ts';

interface StartFlags {
  readonly attach?: boolean;
  readonly interactive?: boolean;
}

/** Starts containers and prints their names; `-a` attaches to the one and takes its exit code. */
export function command(): Command {
  return new Command()
    .argument('<containers...>', 'Containers by name or id')
    .option('-a, --attach', 'Attach to its output and wait')
    .option('-i, --interactive', 'Attach standard input too')
    .action((names: readonly string[], flags: StartFlags, self: Command) =>
      withEngine(self, async (engine) => {
        if (!flags.attach && !flags.interactive) return forEachName(names, (name) => startOne(engine, name));
        const [name = ''] = names;
        if (names.length > 1)
          throw new CaissonError('TOO_MANY_CONTAINERS', 'Only one container can be attached to at a time');
        process.exitCode = await startAttached(engine, name, flags.interactive ?? false).catch((error) => {
          // 126 and 127 are codes of `run` alone.
          printError(error, process.stderr);
          return 1;
        });
      }),
    );
}

/** One that runs already is as it should be. */
async function startOne(engine: Engine, name: string): Promise<string> {
  try {
    await engine.containers.start(name);
  } catch (error) {
    if (!isCaissonError(error, 'CONTAINER_RUNNING')) throw error;
  }
  return name;
}

async function startAttached(engine: Engine, name: string, interactive: boolean): Promise<number> {
  const { terminal, openStdin } = await streamsOf(engine, name);
  return followAttached(
    { stdin: interactive && openStdin, terminal },
    {
      follow: async (streams) => (await engine.containers.start(name, streams)).wait(),
      kill: (signal) => engine.containers.kill(name, signal),
    },
  );
}
