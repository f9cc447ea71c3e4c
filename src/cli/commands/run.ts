// `caisson run IMAGE [COMMAND]`

import { Command } from 'commander';
import type { ContainerRequest, Engine, StartedContainer } from '../../engine/index.ts';
import { followAttached } from '../attached.ts';
import { addContainerOptions, type ContainerFlags, containerRequest } from '../options/container.ts';
import { addReachOptions, type ReachFlags } from '../options/reach.ts';
import { provideImage } from '../provided.ts';
import { withEngine } from '../session.ts';
import { printError } from '../ui/error.ts';

/** Creates a container and starts it; the exit code is its own, or 125 to 127 as Docker's when it could not start. */
export function command(): Command {
  return addReachOptions(addContainerOptions(new Command()))
    .option('-d, --detach', 'Run it in the background and print its id')
    .action(
      async (
        image: string,
        args: readonly string[],
        flags: ContainerFlags & ReachFlags & { readonly detach?: boolean },
        self: Command,
      ) => {
        try {
          const request = containerRequest(image, args, flags);
          process.exitCode = await withEngine(self, async (engine) => {
            await provideImage(engine, image, flags);
            return await (flags.detach ? runDetached(engine, request) : runAttached(engine, request));
          });
        } catch (error) {
          process.exitCode = printError(error, process.stderr, 125);
        }
      },
    );
}

async function runDetached(engine: Engine, request: ContainerRequest): Promise<number> {
  const { record } = await engine.containers.run(request);
  process.stdout.write(`${record.id}\n`);
  return 0;
}

function runAttached(engine: Engine, request: ContainerRequest): Promise<number> {
  const { openStdin: stdin, terminal } = request;
  let started: Promise<StartedContainer> | undefined;
  return followAttached(
    { stdin, terminal },
    {
      follow: async (streams) => {
        started = engine.containers.run(request, streams);
        return (await started).wait();
      },
      kill: async (signal) => {
        const container = await started;
        if (container) await engine.containers.kill(container.record.id, signal);
      },
    },
  );
}
