// `caisson attach CONTAINER`

import { Command } from 'commander';
import { withEngine } from '../session.ts';
import { forwardSignals, ownStreams } from '../streams.ts';

/** Connects this terminal to a running container; the exit code is the container's. */
export function command(): Command {
  return new Command()
    .argument('<container>', 'Container by name or id')
    .option('--no-stdin', 'Do not attach standard input')
    .action((container: string, flags: { readonly stdin: boolean }, self: Command) =>
      withEngine(self, async (engine) => {
        const { Tty: terminal, OpenStdin: openStdin } = (await engine.containers.inspect(container))[
          'Config'
        ] as { readonly Tty?: boolean; readonly OpenStdin?: boolean };
        const { streams, restore } = ownStreams({
          stdin: flags.stdin && (openStdin ?? false),
          stdout: true,
          stderr: true,
          terminal: terminal ?? false,
        });
        const stopForwarding = terminal
          ? () => undefined
          : forwardSignals((signal) => void engine.containers.kill(container, signal).catch(() => undefined));
        try {
          process.exitCode = (await engine.containers.attach(container, streams)).code;
        } finally {
          stopForwarding();
          restore();
        }
      }),
    );
}
