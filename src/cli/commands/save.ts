// `caisson save IMAGE...`

import { Command, Option } from 'commander';
import { CaissonError } from '../../core/index.ts';
import type { ImageService } from '../../engine/index.ts';
import { type Platform, parsePlatform } from '../../oci/index.ts';
import { withEngine } from '../session.ts';

type Format = Parameters<ImageService['save']>[2];
const formats: readonly Format[] = ['docker-archive', 'oci-archive', 'oci-dir', 'docker-dir'];

interface SaveFlags {
  readonly output?: string;
  readonly format: Format;
  readonly platform?: Platform;
}

/** Saves images so that this and other tools can load them. */
export function command(): Command {
  return new Command()
    .argument('<images...>', 'Images by name or id')
    .option('-o, --output <file>', 'File or folder to write (default: standard output)')
    .addOption(
      new Option('--format <format>', 'Form of what is written').choices(formats).default('docker-archive'),
    )
    .option('--platform <os/arch>', 'Only this platform of images that have several', parsePlatform)
    .action((images: readonly string[], { output, format, platform }: SaveFlags, self: Command) => {
      if (output === undefined && process.stdout.isTTY)
        throw new CaissonError('TERMINAL_OUTPUT', 'An archive is not written to a terminal', {
          hint: 'Use -o FILE, or redirect the output.',
        });
      return withEngine(self, (engine) =>
        engine.images.save(images, output ?? process.stdout, format, platform),
      );
    });
}
