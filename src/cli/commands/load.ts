// `caisson load`

import { Command } from 'commander';
import { withEngine } from '../session.ts';
import { withSpinner } from '../ui/spinner.ts';

/** Loads images from an archive or folder and prints what is there now. */
export function command(): Command {
  return new Command()
    .option('-i, --input <file>', 'docker-archive or OCI layout, as tar or folder (default: standard input)')
    .option('-q, --quiet', 'No progress')
    .action((flags: { readonly input?: string; readonly quiet?: boolean }, self: Command) =>
      withEngine(self, async (engine) => {
        const source = flags.input ?? process.stdin;
        const loaded = await withSpinner('Loading', flags.quiet ?? false, (options) =>
          engine.images.load(source, options),
        );
        for (const name of loaded)
          process.stdout.write(
            name.startsWith('sha256:') ? `Loaded image ID: ${name}\n` : `Loaded image: ${name}\n`,
          );
      }),
    );
}
