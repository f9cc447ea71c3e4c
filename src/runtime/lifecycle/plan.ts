// The plan of a bundle under the runtime it is to run in.

import { join } from 'node:path';
import { type ExternalBundle, externalPlan, writeBundle } from '../external/index.ts';
import { ATTACH, type CgroupSteps, compilePlan, type Step } from '../launcher/index.ts';
import type { Bundle, RuntimeName } from '../types.ts';
import { cgroupSteps } from './cgroup.ts';

/** How a bundle is run, whichever runtime runs it. */
export interface BundleOptions {
  readonly runtime: RuntimeName | undefined;
  readonly runDirectory: string;
  /** Where the supervisor keeps log and exit status; absent: a build step. */
  readonly directory?: string;
  readonly openStdin: boolean;
  readonly attach: number;
  readonly exitCommand?: readonly string[];
}

/** A plan; `external` where an OCI runtime carries out the config. */
export interface BundlePlan {
  readonly steps: readonly Step[];
  readonly external?: ExternalBundle;
}

/** Plans a step for a server whose groups its process is born in. */
export function planJob(bundle: Bundle, { mounts }: CgroupSteps): readonly Step[] {
  const attach = ATTACH.stdout | ATTACH.stderr | ATTACH.patient;
  return compilePlan(bundle, {
    transient: true,
    openStdin: false,
    attach,
    cgroup: { steps: [], joins: false, mounts },
  });
}

/** Plans a bundle; for an OCI runtime its folder is written as well. */
export function planBundle(bundle: Bundle, options: BundleOptions): BundlePlan {
  const { runtime = 'launcher', runDirectory, directory } = options;
  if (runtime !== 'launcher') {
    const place = directory ?? join(runDirectory, 'bundles', bundle.id);
    const state = join(runDirectory, 'oci');
    const external = writeBundle(bundle, { directory: place, runtime, state });
    return { external, steps: externalPlan(bundle, external, options) };
  }
  const step = directory === undefined;
  return {
    steps: compilePlan(bundle, { ...options, transient: step, cgroup: cgroupSteps(bundle, !step) }),
  };
}
