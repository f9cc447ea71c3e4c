// `caisson logs CONTAINER`

import { Command } from 'commander';
import { parseMoment, parseWhole } from '../options/collect.ts';
import { withEngine } from '../session.ts';

interface LogFlags {
  readonly follow?: boolean;
  readonly timestamps?: boolean;
  readonly tail: string;
  readonly since?: number;
  readonly until?: number;
}

/** Prints a container's output, each stream on its own. */
export function command(): Command {
  return new Command()
    .argument('<container>', 'Container by name or id')
    .option('-f, --follow', 'Go on until it ends')
    .option('-t, --timestamps', 'Begin every line with its time')
    .option('-n, --tail <lines>', 'Only the last lines', 'all')
    .option('--since <moment>', 'Only what came after: a time, or a span like 10m', parseMoment)
    .option('--until <moment>', 'Only what came before', parseMoment)
    .action((container: string, flags: LogFlags, self: Command) =>
      withEngine(self, async (engine) => {
        const { since, until } = flags;
        const options = {
          follow: flags.follow ?? false,
          ...(flags.tail === 'all' ? {} : { tail: parseWhole(flags.tail) }),
          ...(since === undefined ? {} : { since }),
          ...(until === undefined ? {} : { until }),
        };
        for await (const { stream, time, data } of engine.containers.logs(container, options)) {
          if (flags.timestamps) process[stream].write(`${time} `);
          process[stream].write(data);
        }
      }),
    );
}
