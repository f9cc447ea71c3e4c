// Mounts of type tmpfs, as BuildKit mounts them.

import type { RuntimeMount } from '../../../oci/index.ts';
import type { TmpfsMount } from '../../mounts.ts';

/** An empty folder in memory; who may write to it is known where it is placed. */
export function tmpfsMount({ target, size, readOnly }: TmpfsMount): RuntimeMount {
  const limit = size === undefined || size === 0 ? [] : [`size=${size}`];
  const options = ['nosuid', ...(readOnly ? ['ro'] : []), ...limit];
  return { destination: target, type: 'tmpfs', source: 'tmpfs', options };
}
