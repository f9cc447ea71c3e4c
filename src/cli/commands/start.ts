// `caisson start CONTAINER...`

import { Command } from 'commander';
import { forEachName, withEngine } from '../session.ts';
import { ownStreams } from '../streams.ts';

/** Starts containers and prints their names; `-a` attaches to the one and takes its exit code. */
export function command(): Command {
  return new Command()
    .argument('<containers...>', 'Containers by name or id')
    .option('-a, --attach', 'Attach to its output and wait')
    .option('-i, --interactive', 'Attach standard input too')
    .action(
      async (
        names: readonly string[],
        flags: { readonly attach?: boolean; readonly interactive?: boolean },
        self: Command,
      ) => {
        await withEngine(self, async (engine) => {
          if (!flags.attach && !flags.interactive) {
            await forEachName(names, async (name) => {
              await engine.containers.start(name);
              return name;
            });
            return;
          }
          for (const name of names) {
            const { Tty: terminal } = (await engine.containers.inspect(name))['Config'] as {
              readonly Tty?: boolean;
            };
            const { streams, restore } = ownStreams({
              stdin: flags.interactive ?? false,
              stdout: true,
              stderr: true,
              terminal: terminal ?? false,
            });
            try {
              await engine.containers.start(name, streams);
              process.exitCode = (await engine.containers.wait(name)).code;
            } finally {
              restore();
            }
          }
        });
      },
    );
}
