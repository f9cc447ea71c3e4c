// `caisson rmi IMAGE...`

import { Command } from 'commander';
import { forEachName, withEngine } from '../session.ts';

/** Takes a name away from images, and the image with its last name. */
export function command(): Command {
  return new Command()
    .argument('<images...>', 'Images by name or id')
    .option('-f, --force', 'Also when containers use it or it has several names')
    .action((names: readonly string[], { force }: { readonly force?: boolean }, self: Command) =>
      withEngine(self, (engine) =>
        forEachName(names, async (name) => {
          const gone = await engine.images.remove(name, { force: force ?? false });
          return gone
            .map(({ untagged, deleted }) => (untagged ? `Untagged: ${untagged}` : `Deleted: ${deleted}`))
            .join('\n');
        }),
      ),
    );
}
