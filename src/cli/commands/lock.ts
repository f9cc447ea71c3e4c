// `caisson lock [CONTEXT]`

import { Command, Option } from 'commander';
import type { LockedSource } from '../../engine/index.ts';
import { abortOnInterrupt } from '../interrupt.ts';
import { addBuildOptions, type BuildFlags, buildRequest } from '../options/build.ts';
import { withEngine } from '../session.ts';
import { openProgress, type ProgressMode, progressModes } from '../ui/progress.ts';
import { safeText } from '../ui/text.ts';

interface LockFlags {
  readonly update?: boolean;
  readonly progress: ProgressMode;
}

/** Writes `Dockerfile.lock` beside the Dockerfile; builds then take exactly what it pins. */
export function command(): Command {
  return addBuildOptions(new Command())
    .option('--update', 'Ask for everything anew; without it, what is locked stays')
    .addOption(
      new Option('--progress <mode>', 'How fetching is shown').choices(progressModes).default('quiet'),
    )
    .action(
      (context: string, { update = false, progress, ...flags }: BuildFlags & LockFlags, self: Command) =>
        withEngine(self, async (engine) => {
          const view = await openProgress(progress, process.stderr, `caisson lock ${context}`);
          using interrupt = abortOnInterrupt();
          const options = { update, signal: interrupt.signal, onEvent: view.onEvent };
          const locked = await engine.lock(buildRequest(context, flags), options).finally(() => view.close());
          process.stdout.write(locked.map(lineOf).join(''));
        }),
    );
}

function lineOf({ asked, platform, pin, before }: LockedSource): string {
  const name = platform === undefined ? asked : `${asked} (${platform})`;
  const change = before === undefined ? '' : ` (was ${before})`;
  return `${safeText(name)} ${pin}${change}\n`;
}
