// The images that samples stand on, as a store would give them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanOptions } from '../../../src/build/types.ts';
import { CaissonError } from '../../../src/core/index.ts';
import type { ImageConfig } from '../../../src/oci/index.ts';
import { imageRecord } from '../plan/samples.ts';

/** Finds `sample-plain`, `sample-rich` and `sample-onbuild`, whatever the platform asked for; throws `IMAGE_NOT_FOUND` for all else. */
export const sampleImages: PlanOptions['resolveImage'] = async (reference) => {
  const name = /^docker\.io\/library\/sample-(plain|rich|onbuild):latest$/.exec(reference)?.[1];
  if (name === undefined)
    throw new CaissonError('IMAGE_NOT_FOUND', `The image "${reference}" is not in the store`);
  const file = join(import.meta.dirname, '..', 'plan', 'bases', name, 'config.json');
  return imageRecord(reference, JSON.parse(readFileSync(file, 'utf8')) as ImageConfig);
};
