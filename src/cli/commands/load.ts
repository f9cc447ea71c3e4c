// `caisson load`

import { Command } from 'commander';
import { type Platform, parsePlatform } from '../../oci/index.ts';
import { withEngine } from '../session.ts';
import { withSpinner } from '../ui/spinner.ts';

interface LoadFlags {
  readonly input?: string;
  readonly quiet?: boolean;
  readonly platform?: Platform;
}

/** Loads images from an archive or folder and prints what is there now. */
export function command(): Command {
  return new Command()
    .option('-i, --input <file>', 'docker-archive or OCI layout, as tar or folder (default: standard input)')
    .option('-q, --quiet', 'No progress')
    .option('--platform <os/arch>', 'Only this platform of images that have several', parsePlatform)
    .action((flags: LoadFlags, self: Command) =>
      withEngine(self, async (engine) => {
        const source = flags.input ?? process.stdin;
        const loaded = await withSpinner('Loading', flags.quiet ?? false, (options) =>
          engine.images.load(source, {
            ...options,
            ...(flags.platform ? { platform: flags.platform } : {}),
          }),
        );
        for (const name of loaded)
          process.stdout.write(
            name.startsWith('sha256:') ? `Loaded image ID: ${name}\n` : `Loaded image: ${name}\n`,
          );
      }),
    );
}
