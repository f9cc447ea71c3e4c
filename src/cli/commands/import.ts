// `caisson import FILE [NAME]`

import { Command } from 'commander';
import { parsePlatform } from '../../oci/index.ts';
import { collect } from '../options/collect.ts';
import { withEngine } from '../session.ts';

/** Makes an image of one layer from a root file system's tar and prints its id. */
export function command(): Command {
  return new Command()
    .argument('<file>', 'tar, plain or compressed; - for standard input')
    .argument('[name]', 'Name of the image')
    .option('-c, --change <instruction>', 'Apply a Dockerfile instruction to its config', collect)
    .option('-m, --message <text>', 'Comment in its history')
    .option('--platform <os/arch>', 'Platform it is for')
    .action(
      (
        file: string,
        name: string | undefined,
        flags: { readonly change?: readonly string[]; readonly message?: string; readonly platform?: string },
        self: Command,
      ) =>
        withEngine(self, async (engine) => {
          const id = await engine.images.import(file === '-' ? process.stdin : file, {
            ...(name === undefined ? {} : { name }),
            changes: flags.change ?? [],
            ...(flags.message === undefined ? {} : { message: flags.message }),
            ...(flags.platform === undefined ? {} : { platform: parsePlatform(flags.platform) }),
          });
          process.stdout.write(`${id}\n`);
        }),
    );
}
