// InvalidDefaultArgInFrom: the file should build without arguments.

import { isCaissonError } from '../../../../core/index.ts';
import { parseReference } from '../../../../oci/index.ts';
import { buildkitRule } from '../../rule.ts';

/** `ARG VERSION`, then `FROM alpine:$VERSION`. */
export const invalidDefaultArgInFrom = buildkitRule(
  {
    name: 'InvalidDefaultArgInFrom',
    description: 'Default value for global ARG results in an empty or invalid base image name',
    page: 'invalid-default-arg-in-from',
  },
  {
    over: 'stage',
    *check({ defaultBase, from, lines }) {
      if (defaultBase === undefined || isReference(defaultBase)) return;
      const message = `Default value for ARG ${from.image.text} results in empty or invalid base image name`;
      yield { message, lines };
    },
  },
);

function isReference(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch (error) {
    if (isCaissonError(error)) return false;
    throw error;
  }
}
