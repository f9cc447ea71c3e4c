// `caisson attach CONTAINER`

import { Command } from 'commander';
import type { Engine } from '../../engine/index.ts';
import { followAttached } from '../attached.ts';
import { withEngine } from '../session.ts';

/** Connects this terminal to a running container; the exit code is the container's. */
export function command(): Command {
  return new Command()
    .argument('<container>', 'Container by name or id')
    .option('--no-stdin', 'Do not attach standard input')
    .action((container: string, flags: { readonly stdin: boolean }, self: Command) =>
      withEngine(self, async (engine) => {
        const { terminal, openStdin } = await streamsOf(engine, container);
        process.exitCode = await followAttached(
          { stdin: flags.stdin && openStdin, terminal },
          {
            follow: (streams) => engine.containers.attach(container, streams),
            kill: (signal) => engine.containers.kill(container, signal),
          },
        );
      }),
    );
}

/** How a container was created to be attached to. */
export async function streamsOf(
  engine: Engine,
  container: string,
): Promise<{ readonly terminal: boolean; readonly openStdin: boolean }> {
  const { Config } = await engine.containers.inspect(container);
  const { Tty = false, OpenStdin = false } = Config as {
    readonly Tty?: boolean;
    readonly OpenStdin?: boolean;
  };
  return { terminal: Tty, openStdin: OpenStdin };
}
