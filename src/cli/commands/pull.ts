// `caisson pull NAME[:TAG|@DIGEST]`

import { Command, Option } from 'commander';
import type { PulledName, PullRequest } from '../../engine/index.ts';
import { familiarName, type Platform, parsePlatform, parseReference } from '../../oci/index.ts';
import { abortOnInterrupt } from '../interrupt.ts';
import { parseWhole } from '../options/collect.ts';
import { addReachOptions, type ReachFlags, reachOf } from '../options/reach.ts';
import { lateProgress, pulledLines, pullingLine, statusLine } from '../pulled.ts';
import { withEngine } from '../session.ts';
import { type ProgressMode, progressModes } from '../ui/progress.ts';

interface PullFlags extends ReachFlags {
  readonly allTags?: boolean;
  readonly allPlatforms?: boolean;
  readonly platform?: Platform;
  readonly quiet?: boolean;
  readonly parallel?: number;
  readonly progress: ProgressMode;
}

/** Pulls an image and prints, as Docker does, its digest and whether it is newer. */
export function command(): Command {
  return addReachOptions(new Command())
    .argument('<name>', 'Name of the image: a tag or a digest, default the tag latest')
    .option('-a, --all-tags', 'Pull all tags of the repository')
    .option('--all-platforms', 'Pull the images of all platforms, and what is attached to them')
    .option('--platform <os/arch>', "The platform to pull (default: this machine's)", parsePlatform)
    .option('-q, --quiet', 'Print the full name and nothing else')
    .option('--parallel <number>', 'Layers to receive at once (default: 4)', parseWhole)
    .addOption(
      new Option('--disable-content-trust', 'Accepted for Docker; has no effect').default(true).hideHelp(),
    )
    .addOption(
      new Option('--progress <mode>', 'How progress is shown').choices(progressModes).default('auto'),
    )
    .action((name: string, flags: PullFlags, self: Command) => pull(name, flags, self));
}

async function pull(text: string, flags: PullFlags, self: Command): Promise<void> {
  const { quiet = false, allTags = false } = flags;
  using interrupt = abortOnInterrupt();
  const view = lateProgress(quiet ? 'quiet' : flags.progress, `caisson pull ${text}`);
  const lines: string[] = [];
  try {
    const pulled = await withEngine(self, (engine) =>
      engine.registry.pull(text, {
        ...requestOf(flags),
        ...reachOf(flags),
        allTags,
        onEvent: view.onEvent,
        signal: interrupt.signal,
        onName: (name) => lines.push(pullingLine(name)),
        onPulled: (done) => lines.push(...(allTags ? [`Digest: ${done.digest}`] : pulledLines(done))),
      }),
    );
    await view.close();
    if (allTags) lines.push(...repositoryLines(text, pulled));
    else lines.push(...pulled.map(({ name }) => name));
    process.stdout.write(`${(quiet ? lines.slice(-1) : lines).join('\n')}\n`);
  } catch (error) {
    await view.close();
    throw error;
  }
}

/** All tags have one end in common. */
function repositoryLines(text: string, pulled: readonly PulledName[]): readonly string[] {
  const { domain, path } = parseReference(text);
  const shown = familiarName({ domain, path });
  return [
    statusLine(
      shown,
      pulled.every(({ upToDate }) => upToDate),
    ),
    `${domain}/${path}`,
  ];
}

function requestOf({
  platform,
  allPlatforms,
  parallel,
}: PullFlags): Pick<PullRequest, 'platform' | 'allPlatforms' | 'parallelism'> {
  return {
    ...(platform ? { platform } : {}),
    ...(allPlatforms ? { allPlatforms } : {}),
    ...(parallel === undefined ? {} : { parallelism: Math.max(1, parallel) }),
  };
}
