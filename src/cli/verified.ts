// `build --verify`: what two builds of the same thing gave, as a result or as a failure that names the first difference.

import { CaissonError } from '../core/index.ts';
import type { BuildOptions, BuildRequest, BuildResult, Engine, Verification } from '../engine/index.ts';

/** Builds twice. Throws `NOT_REPRODUCIBLE` with the first difference. */
export async function verified(
  engine: Engine,
  request: BuildRequest,
  options: BuildOptions,
): Promise<BuildResult> {
  const { verification, ...result } = await engine.verify(request, options);
  const [first, second] = verification.digests;
  if (first === second) return result;
  throw new CaissonError(
    'NOT_REPRODUCIBLE',
    `Two builds gave ${first} and ${second}: ${placeOf(verification)}`,
    {
      hint: 'Make the instruction give the same bytes every time: fixed versions, sorted input, no times, no random names.',
    },
  );
}

function placeOf({ difference }: Verification): string {
  if (difference === undefined) return 'the indexes differ';
  const { platform, layer, instruction, path, what } = difference;
  const place = layer === undefined ? '' : `layer ${layer + 1} (${instruction ?? 'without history'}), `;
  return `${platform}, ${place}${path === undefined ? '' : `${path}: `}${what}`;
}
