// `caisson create IMAGE [COMMAND]`

import { Command } from 'commander';
import { addContainerOptions, type ContainerFlags, containerRequest } from '../options/container.ts';
import { addReachOptions, type ReachFlags } from '../options/reach.ts';
import { provideImage } from '../provided.ts';
import { withEngine } from '../session.ts';

/** Creates a container and prints its id. */
export function command(): Command {
  return addReachOptions(addContainerOptions(new Command())).action(
    async (image: string, args: readonly string[], flags: ContainerFlags & ReachFlags, self: Command) => {
      const { id } = await withEngine(self, async (engine) => {
        await provideImage(engine, image, flags);
        return engine.containers.create(containerRequest(image, args, flags));
      });
      process.stdout.write(`${id}\n`);
    },
  );
}
