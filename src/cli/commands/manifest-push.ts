// `caisson manifest push`

import { Command, Option } from 'commander';
import { abortOnInterrupt } from '../interrupt.ts';
import { addReachOptions, type ReachFlags, reachOf } from '../options/reach.ts';
import { withEngine } from '../session.ts';
import { openProgress, type ProgressMode, progressModes } from '../ui/progress.ts';

interface PushFlags extends ReachFlags {
  readonly purge?: boolean;
  readonly rm?: boolean;
  readonly quiet?: boolean;
  readonly progress: ProgressMode;
}

/** Pushes a list with all its images and prints its digest. */
export function pushCommand(): Command {
  return addReachOptions(
    new Command('push')
      .description('Push a list with its images')
      .argument('<list>')
      .argument('[destination]', 'Where to, as "caisson copy" takes it (default: the name of the list)')
      .option('-p, --purge', 'Forget the list when it is pushed')
      .option('--rm', 'The same, as podman has it')
      .addOption(new Option('--all', 'All images of the list: the default').default(true).hideHelp())
      .option('-q, --quiet', 'No progress')
      .addOption(
        new Option('--progress <mode>', 'How progress is shown').choices(progressModes).default('auto'),
      ),
  ).action((list: string, destination: string | undefined, flags: PushFlags, self: Command) =>
    push(list, destination, flags, self),
  );
}

async function push(
  list: string,
  destination: string | undefined,
  flags: PushFlags,
  self: Command,
): Promise<void> {
  using interrupt = abortOnInterrupt();
  const { insecure } = reachOf(flags);
  const title = `caisson manifest push ${list}`;
  const view = await openProgress(flags.quiet ? 'quiet' : flags.progress, process.stderr, title);
  try {
    const { descriptor } = await withEngine(self, async (engine) => {
      const pushed = await engine.registry.lists.push(list, destination, {
        onEvent: view.onEvent,
        signal: interrupt.signal,
        ...(insecure === undefined ? {} : { sourceInsecure: insecure, targetInsecure: insecure }),
      });
      if (flags.purge || flags.rm) await engine.registry.lists.remove(list);
      return pushed;
    });
    await view.close();
    process.stdout.write(`${descriptor.digest}\n`);
  } catch (error) {
    await view.close();
    throw error;
  }
}
