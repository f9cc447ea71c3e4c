// `caisson build [CONTEXT]`

import { Command, Option } from 'commander';
import type { EventSink } from '../../core/index.ts';
import type { BuildRequest, Engine } from '../../engine/index.ts';
import { reportResult } from '../build-result.ts';
import { explainContext, explainSize } from '../explanations.ts';
import { abortOnInterrupt } from '../interrupt.ts';
import { addBuildOptions, type BuildFlags, buildRequest } from '../options/build.ts';
import { addCheckOptions, type CheckFlags, callOf } from '../options/check.ts';
import { withEngine } from '../session.ts';
import { printError } from '../ui/error.ts';
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
        let kept: string | undefined;
        try {
          await buildOnce(engine, request, flags, (id) => {
            kept = id;
          });
        } catch (error) {
          if (request.onError === 'shell' && kept !== undefined) await openShell(engine, kept, request);
          throw error;
        }
      }),
    );
}

async function buildOnce(
  engine: Engine,
  request: BuildRequest,
  flags: BuildFlags & ViewFlags,
  onKept: (id: string) => void,
): Promise<void> {
  using interrupt = abortOnInterrupt();
  const title = `caisson build ${request.tags[0] ?? request.context}`;
  const view = await openProgress(flags.quiet ? 'quiet' : flags.progress, process.stderr, title);
  const onEvent: EventSink = (event) => {
    if (event.kind === 'kept') onKept(event.id);
    view.onEvent(event);
  };
  try {
    const options = { onEvent, signal: interrupt.signal };
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
}

/** A shell that cannot be opened is told, and the build ends with its own failure all the same. */
async function openShell(engine: Engine, id: string, { secrets, ssh }: BuildRequest): Promise<void> {
  const { shellInFailed } = await import('../debug.ts');
  const given = { ...(secrets ? { secrets } : {}), ...(ssh ? { ssh } : {}) };
  await shellInFailed(engine, id, given).catch((error: unknown) => printError(error, process.stderr));
}
