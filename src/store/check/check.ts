// Checking the store: everything recorded is there and whole, and nothing else is.

import { messageOf } from '../../core/index.ts';
import { emptyTrash } from '../collect/index.ts';
import { checkBlobs } from './blobs.ts';
import { checkCacheMounts } from './cachemounts.ts';
import { checkImages } from './images.ts';
import { checkLayers } from './layers.ts';
import { checkLeftovers } from './leftovers.ts';
import type { CheckParts } from './parts.ts';
import { checkRows } from './rows.ts';
import type { CheckOptions, Finding, Problem } from './types.ts';

type Stage = (parts: CheckParts, signal?: AbortSignal) => readonly Problem[] | Promise<readonly Problem[]>;

/** In this order, so that what one repair drops is seen by the stages after it. */
const stages: readonly Stage[] = [
  checkRows,
  checkBlobs,
  checkLayers,
  checkImages,
  checkLeftovers,
  checkCacheMounts,
];

/** Verifies the store and what `probes` look at. With `repair` each finding is mended as soon as its stage ends; a second check is clean. */
export async function checkStore(parts: CheckParts, options: CheckOptions = {}): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const probes = (options.probes ?? []).map(
    (probe): Stage =>
      () =>
        probe(),
  );
  for (const stage of [...probes, ...stages]) {
    options.signal?.throwIfAborted();
    const problems = await stage(parts, options.signal);
    for (const problem of problems) findings.push(await settle(problem, options.repair ?? false));
  }
  if (options.repair) await emptyTrash(parts.paths.trash);
  return findings;
}

/** A repair that fails does not stop the others. */
async function settle({ repair, ...problem }: Problem, wanted: boolean): Promise<Finding> {
  if (!wanted) return { ...problem, repaired: false };
  try {
    await repair();
    return { ...problem, repaired: true };
  } catch (error) {
    return { ...problem, remedy: `${problem.remedy} That failed: ${messageOf(error)}`, repaired: false };
  }
}
