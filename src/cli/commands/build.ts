// `caisson build [CONTEXT]`

import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { addBuildOptions, type BuildFlags, buildRequest } from '../options/build.ts';
import { withEngine } from '../session.ts';
import { openProgress, type ProgressMode, progressModes } from '../ui/progress.ts';

interface OutputFlags {
  readonly progress: ProgressMode;
  readonly quiet?: boolean;
  readonly iidfile?: string;
}

/** Builds an image; Ctrl-C stops the running steps and leaves nothing. */
export function command(): Command {
  return addBuildOptions(new Command())
    .addOption(
      new Option('--progress <mode>', 'How progress is shown')
        .choices(progressModes)
        .default('auto')
        .env('BUILDKIT_PROGRESS'),
    )
    .option('-q, --quiet', 'Print the image id and nothing else')
    .option('--iidfile <file>', 'Write the image id to a file')
    .action((context: string, flags: BuildFlags & OutputFlags, self: Command) =>
      withEngine(self, async (engine) => {
        const request = buildRequest(context, flags);
        const abort = new AbortController();
        const stopListening = onInterrupt(() => abort.abort());
        const title = `caisson build ${request.tags[0] ?? request.context}`;
        const view = await openProgress(flags.quiet ? 'quiet' : flags.progress, process.stderr, title);
        try {
          const { imageId, names } = await engine.build(request, {
            onEvent: view.onEvent,
            signal: abort.signal,
          });
          await view.close();
          if (flags.iidfile !== undefined) writeFileSync(flags.iidfile, imageId);
          if (flags.quiet || !process.stdout.isTTY) process.stdout.write(`${imageId}\n`);
          else process.stdout.write(`${[imageId, ...names].join('\n')}\n`);
        } catch (error) {
          await view.close();
          throw error;
        } finally {
          stopListening();
        }
      }),
    );
}

function onInterrupt(stop: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}
