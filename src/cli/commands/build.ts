// `caisson build [CONTEXT]`

import { Command, Option } from 'commander';
import { reportResult } from '../build-result.ts';
import { explainContext, explainSize } from '../explanations.ts';
import { abortOnInterrupt } from '../interrupt.ts';
import { addBuildOptions, type BuildFlags, buildRequest } from '../options/build.ts';
import { addCheckOptions, type CheckFlags, callOf } from '../options/check.ts';
import { withEngine } from '../session.ts';
import { openProgress, type ProgressMode, progressModes } from '../ui/progress.ts';
import { verified } from '../verified.ts';

interface ViewFlags {
  readonly progress: ProgressMode;
  readonly quiet?: boolean;
}

/** Builds an image; Ctrl-C stops the running steps and leaves nothing. */
export function command(): Command {
  return addCheckOptions(addBuildOptions(new Command()))
    .addOption(
      new Option('--progress <mode>', 'How progress is shown')
        .choices(progressModes)
        .default('auto')
        .env('BUILDKIT_PROGRESS'),
    )
    .option('-q, --quiet', 'Print the image id and nothing else')
    .action((context: string, flags: BuildFlags & CheckFlags & ViewFlags, self: Command) =>
      withEngine(self, async (engine) => {
        const request = buildRequest(context, flags);
        const call = callOf(flags);
        if (call !== undefined) return (await import('../call.ts')).answerCall(engine, request, call);
        await explainContext(engine, request, flags);
        using interrupt = abortOnInterrupt();
        const title = `caisson build ${request.tags[0] ?? request.context}`;
        const view = await openProgress(flags.quiet ? 'quiet' : flags.progress, process.stderr, title);
        try {
          const options = { onEvent: view.onEvent, signal: interrupt.signal };
          const result = flags.verify
            ? await verified(engine, request, options)
            : await engine.build(request, options);
          await view.close();
          reportResult(result, request, flags);
          await explainSize(engine, result, flags);
        } catch (error) {
          await view.close();
          throw error;
        }
      }),
    );
}
