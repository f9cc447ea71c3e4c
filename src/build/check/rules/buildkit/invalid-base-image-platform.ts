// InvalidBaseImagePlatform: the base image that is there was made for another machine.

import { quote } from '../../../../../grammar/index.ts';
import { formatPlatform, normalizePlatform } from '../../../../oci/index.ts';
import { buildkitRule } from '../../rule.ts';

/** `FROM app` where the store has `app` for another platform than the one that is built for. */
export const invalidBaseImagePlatform = buildkitRule(
  {
    name: 'InvalidBaseImagePlatform',
    description: 'Base image platform does not match expected target platform',
  },
  {
    over: 'stage',
    *check({ image, base, expectedPlatform: expected, needed, lines }) {
      if (!needed || image === undefined || image.config.rootfs.diff_ids.length === 0) return;
      const { platform: actual } = image;
      if (actual.os === expected.os && actual.architecture === expected.architecture) return;
      const [pulled, wanted] = [actual, expected].map((one) => quote(formatPlatform(normalizePlatform(one))));
      const message = `Base image ${base?.text} was pulled with platform ${pulled}, expected ${wanted} for current build`;
      yield { message, lines };
    },
  },
);
