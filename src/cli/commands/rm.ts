// `caisson rm CONTAINER...`

import { Command } from 'commander';
import { forEachName, withEngine } from '../session.ts';

/** Removes containers with their writable layers. */
export function command(): Command {
  return new Command()
    .argument('<containers...>', 'Containers by name or id')
    .option('-f, --force', 'Kill it first when it runs')
    .option('-v, --volumes', 'Remove its anonymous volumes too')
    .action(
      (
        names: readonly string[],
        flags: { readonly force?: boolean; readonly volumes?: boolean },
        self: Command,
      ) =>
        withEngine(self, (engine) =>
          forEachName(names, async (name) => {
            await engine.containers.remove(name, {
              force: flags.force ?? false,
              volumes: flags.volumes ?? false,
            });
            return name;
          }),
        ),
    );
}
