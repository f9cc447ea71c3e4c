// `caisson prune`

import { Command, Option } from 'commander';
import type { PruneOptions } from '../../engine/index.ts';
import { withEngine } from '../session.ts';
import { confirm } from '../ui/confirm.ts';
import { humanSize } from '../ui/text.ts';

const kinds = ['containers', 'images', 'volumes', 'cache', 'kept'] as const;
type Kind = (typeof kinds)[number];

interface PruneFlags {
  readonly all?: boolean;
  readonly volumes?: boolean;
  readonly force?: boolean;
  readonly only?: Kind;
}

/** Removes stopped containers, unnamed images, unused layers, kept states of failed steps; with flags, more. */
export function command(): Command {
  return new Command()
    .option('-a, --all', 'All images that no container uses, and the whole build cache')
    .option('--volumes', 'Volumes that no container uses')
    .addOption(new Option('--only <kind>', 'Nothing but these').choices(kinds))
    .option('-f, --force', 'Do not ask')
    .action((flags: PruneFlags, self: Command) =>
      withEngine(self, async (engine) => {
        const options = optionsOf(flags);
        if (!flags.force && !(await confirm(`Remove ${wordsFor(options)}?`))) return;
        const report = await engine.system.prune(options);
        const gone = [...report.containers, ...report.images, ...report.volumes, ...report.keptStates].map(
          (name) => `deleted: ${name}\n`,
        );
        process.stdout.write(`${gone.join('')}Total reclaimed space: ${humanSize(report.reclaimed)}\n`);
      }),
    );
}

function optionsOf({ all = false, volumes = false, only }: PruneFlags): PruneOptions {
  const wanted = (kind: Kind, otherwise: boolean) => (only === undefined ? otherwise : only === kind);
  return {
    containers: wanted('containers', true),
    images: wanted('images', true) ? (all ? 'all' : 'dangling') : 'none',
    volumes: wanted('volumes', volumes),
    buildCache: wanted('cache', all),
    keptStates: wanted('kept', true),
  };
}

function wordsFor({ containers, images, volumes, buildCache, keptStates }: PruneOptions): string {
  const parts = [
    ...(containers ? ['all stopped containers'] : []),
    ...(images === 'none' ? [] : [images === 'all' ? 'unused images' : 'images without a name']),
    ...(volumes ? ['unused volumes'] : []),
    ...(buildCache ? ['the build cache'] : []),
    ...(keptStates ? ['kept states of failed steps'] : []),
  ];
  return parts.join(', ');
}
