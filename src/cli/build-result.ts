// Telling what a build made: on standard output, and in the files that were asked for.

import { writeFileSync } from 'node:fs';
import { metadataText } from '../build/index.ts';
import type { BuildRequest, BuildResult } from '../engine/index.ts';
import { type OutputFlags, usesStdout } from './options/build/output.ts';

/** Writes `--iidfile` and `--metadata-file`, and prints the image's id, with its names where a person reads. */
export function reportResult(
  result: BuildResult,
  request: BuildRequest,
  { iidfile, metadataFile, quiet }: OutputFlags & { readonly quiet?: boolean },
): void {
  const id = result.imageId ?? result.manifestDigest;
  if (iidfile !== undefined && id !== undefined) writeFileSync(iidfile, id);
  if (metadataFile !== undefined) writeFileSync(metadataFile, metadataText(result));
  if (id === undefined || usesStdout(request.outputs ?? [])) return;
  const lines = quiet || !process.stdout.isTTY ? [id] : [id, ...result.names];
  process.stdout.write(`${lines.join('\n')}\n`);
}
