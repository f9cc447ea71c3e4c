// The reports that `--explain=context` and `--explain=size` ask for, before and after a build.

import type { BuildRequest, BuildResult, Engine } from '../engine/index.ts';
import type { ExplainFlags } from './options/build/explain.ts';
import { contextText } from './ui/context-report.ts';
import { sizeText } from './ui/size-report.ts';

/** Shows what the context is made of, where that was asked for. */
export async function explainContext(
  engine: Engine,
  request: BuildRequest,
  { explain = [] }: ExplainFlags,
): Promise<void> {
  if (explain.includes('context'))
    process.stderr.write(`${contextText(await engine.contextReport(request))}\n`);
}

/** Shows where the bytes of the built image are, where that was asked for and there is one. */
export async function explainSize(
  engine: Engine,
  { manifestDigest }: BuildResult,
  { explain = [] }: ExplainFlags,
): Promise<void> {
  if (!explain.includes('size') || manifestDigest === undefined) return;
  process.stderr.write(`\n${sizeText(await engine.images.sizes(manifestDigest))}`);
}
