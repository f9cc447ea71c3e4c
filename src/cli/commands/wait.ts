// `caisson wait CONTAINER...`

import { Command } from 'commander';
import { forEachName, withEngine } from '../session.ts';

/** Waits until containers have stopped and prints their exit codes. */
export function command(): Command {
  return new Command()
    .argument('<containers...>', 'Containers by name or id')
    .action((names: readonly string[], _flags: object, self: Command) =>
      withEngine(self, (engine) =>
        forEachName(names, async (name) => String((await engine.containers.wait(name)).code)),
      ),
    );
}
