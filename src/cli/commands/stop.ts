// `caisson stop CONTAINER...`

import { Command } from 'commander';
import { parseWhole } from '../options/collect.ts';
import { forEachName, withEngine } from '../session.ts';

/** Stops containers: their stop signal, then SIGKILL when the time is over. */
export function command(): Command {
  return new Command()
    .argument('<containers...>', 'Containers by name or id')
    .option(
      '-t, --time <seconds>',
      "Seconds to wait before killing (default: the container's, else 10)",
      parseWhole,
    )
    .action((names: readonly string[], { time }: { readonly time?: number }, self: Command) =>
      withEngine(self, (engine) =>
        forEachName(names, async (name) => {
          await engine.containers.stop(name, time);
          return name;
        }),
      ),
    );
}
