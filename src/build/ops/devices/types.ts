// What a device of the host brings into a container.

import type { RuntimeMount } from '../../../oci/index.ts';
import type { DeviceGrant } from '../../../runtime/index.ts';

/** Devices, and what their vendors want beside them. */
export interface GrantedDevices {
  readonly devices: readonly DeviceGrant[];
  readonly mounts: readonly RuntimeMount[];
  readonly env: readonly string[];
  /** Additional groups of the process. */
  readonly groups: readonly number[];
}
