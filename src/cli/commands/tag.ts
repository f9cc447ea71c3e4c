// `caisson tag IMAGE NAME`

import { Command } from 'commander';
import { withEngine } from '../session.ts';

/** Gives an image another name. */
export function command(): Command {
  return new Command()
    .argument('<image>', 'Image by name or id')
    .argument('<name>', 'New name, with or without tag')
    .action((image: string, name: string, _flags: object, self: Command) =>
      withEngine(self, (engine) => engine.images.tag(image, name)),
    );
}
