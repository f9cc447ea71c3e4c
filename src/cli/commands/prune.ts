// `caisson prune`

import { Command } from 'commander';
import { withEngine } from '../session.ts';
import { confirm } from '../ui/confirm.ts';
import { humanSize } from '../ui/text.ts';

interface PruneFlags {
  readonly all?: boolean;
  readonly volumes?: boolean;
  readonly force?: boolean;
}

/** Removes stopped containers, unnamed images, unused layers and cache records; with flags, more. */
export function command(): Command {
  return new Command()
    .option('-a, --all', 'All images that no container uses, and the whole build cache')
    .option('--volumes', 'Volumes that no container uses')
    .option('-f, --force', 'Do not ask')
    .action((flags: PruneFlags, self: Command) =>
      withEngine(self, async (engine) => {
        if (
          !flags.force &&
          !(await confirm(
            `Remove all stopped containers, ${flags.all ? 'unused images, the whole build cache' : 'images without a name, unused build cache'}${flags.volumes ? ', unused volumes' : ''}?`,
          ))
        )
          return;
        const report = await engine.system.prune({
          containers: true,
          images: flags.all ? 'all' : 'dangling',
          volumes: flags.volumes ?? false,
          buildCache: flags.all ?? false,
        });
        const gone = [...report.containers, ...report.images, ...report.volumes].map(
          (name) => `deleted: ${name}\n`,
        );
        process.stdout.write(`${gone.join('')}Total reclaimed space: ${humanSize(report.reclaimed)}\n`);
      }),
    );
}
