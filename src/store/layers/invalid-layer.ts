// The errors for layers that are not what a layer is.

import { CaissonError, errnoOf, messageOf } from '../../core/index.ts';

/** The error for a layer whose entries make no sense or mean harm. */
export function invalidLayer(reason: string, cause?: unknown): CaissonError {
  const code = errnoOf(cause);
  return new CaissonError('LAYER_INVALID', `The layer is invalid: ${reason}${code ? ` (${code})` : ''}`, {
    hint: 'Ask whoever made the image or archive for a valid one.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error for a layer whose blob is corrupt or cut. */
export function corruptLayer(cause: unknown): CaissonError {
  return invalidLayer(`it cannot be decompressed: ${messageOf(cause)}`, cause);
}
