// `caisson kill CONTAINER...`

import { Command } from 'commander';
import { forEachName, withEngine } from '../session.ts';

/** Sends a signal (default SIGKILL) to containers' first process. */
export function command(): Command {
  return new Command()
    .argument('<containers...>', 'Containers by name or id')
    .option('-s, --signal <signal>', 'Signal by name or number', 'KILL')
    .action((names: readonly string[], { signal }: { readonly signal: string }, self: Command) =>
      withEngine(self, (engine) =>
        forEachName(names, async (name) => {
          await engine.containers.kill(name, signal);
          return name;
        }),
      ),
    );
}
