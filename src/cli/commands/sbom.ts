// `caisson sbom IMAGE`

import { Command } from 'commander';
import { parsePlatform } from '../../oci/index.ts';
import { withEngine } from '../session.ts';

/** Prints an image's packages as an SPDX document in JSON. */
export function command(): Command {
  return new Command()
    .argument('<image>', 'Image by name or id')
    .option('--platform <os/arch>', 'Which of its images, where it has several')
    .action((image: string, { platform }: { readonly platform?: string }, self: Command) =>
      withEngine(self, async (engine) => {
        const wanted = platform === undefined ? undefined : parsePlatform(platform);
        const document = await engine.images.sbom(image, wanted);
        process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
      }),
    );
}
