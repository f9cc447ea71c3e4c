// `caisson run IMAGE [COMMAND]`

import { Command } from 'commander';
import type { ContainerRequest, Engine } from '../../engine/index.ts';
import { addContainerOptions, type ContainerFlags, containerRequest } from '../options/container.ts';
import { withEngine } from '../session.ts';
import { forwardSignals, ownStreams } from '../streams.ts';
import { printError } from '../ui/error.ts';

/** Creates a container and starts it; the exit code is its own, or 125 to 127 as Docker's when it could not start. */
export function command(): Command {
  return addContainerOptions(new Command())
    .option('-d, --detach', 'Run it in the background and print its id')
    .action(
      async (
        image: string,
        args: readonly string[],
        flags: ContainerFlags & { readonly detach?: boolean },
        self: Command,
      ) => {
        try {
          const request = containerRequest(image, args, flags);
          process.exitCode = await withEngine(self, (engine) =>
            flags.detach ? runDetached(engine, request) : runAttached(engine, request),
          );
        } catch (error) {
          process.exitCode = printError(error, process.stderr, 125);
        }
      },
    );
}

async function runDetached(engine: Engine, request: ContainerRequest): Promise<number> {
  const { id } = await engine.containers.create(request);
  await engine.containers.start(id);
  process.stdout.write(`${id}\n`);
  return 0;
}

async function runAttached(engine: Engine, request: ContainerRequest): Promise<number> {
  const { id } = await engine.containers.create(request);
  const { streams, restore } = ownStreams({
    stdin: request.openStdin,
    stdout: true,
    stderr: true,
    terminal: request.terminal,
  });
  const stopForwarding = request.terminal
    ? () => undefined
    : forwardSignals((signal) => void engine.containers.kill(id, signal).catch(() => undefined));
  try {
    await engine.containers.start(id, streams);
    return (await engine.containers.wait(id)).code;
  } finally {
    stopForwarding();
    restore();
  }
}
