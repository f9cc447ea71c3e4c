// Plans a container's mounts, and what lies on top of them: masked and read-only paths.

import { posix } from 'node:path';
import type { RuntimeMount, RuntimeSpec } from '../../oci/index.ts';
import { parseMountOptions } from './mount-options.ts';
import { childStep, type Step } from './step.ts';

/** How cgroup mounts come about: the mounts that stand for one of type `cgroup`. */
export type CgroupMounts = (mount: RuntimeMount) => readonly RuntimeMount[];

/**
 * Steps that mount everything the spec names, in its order.
 * `transient`: mountpoints made on the way go at the end, save those of `/dev`, `/proc` and `/sys`, which BuildKit leaves too.
 */
export function mountSteps(
  mounts: readonly RuntimeMount[],
  options: { readonly transient: boolean; readonly cgroupMounts: CgroupMounts },
): readonly Step[] {
  return mounts
    .flatMap((mount) => (mount.type === 'cgroup' ? options.cgroupMounts(mount) : [mount]))
    .flatMap((mount) => {
      const transient = options.transient && isTransient(mount);
      return mountStep(mount).map((step) => ({ ...step, transient }));
    });
}

/**
 * Steps that make the mountpoints which {@link mountSteps} would take away at the end, for an OCI runtime that makes them otherwise and
 * leaves them. What lies on another mount leaves nothing.
 */
export function mountpointSteps(mounts: readonly RuntimeMount[]): readonly Step[] {
  return mounts
    .filter((mount, at) => isTransient(mount) && !mounts.slice(0, at).some((other) => isBelow(mount, other)))
    .map((mount) => {
      const { bind } = parseMountOptions(mount.options);
      const source = (bind || mount.type === 'bind') && mount.source ? [mount.source] : [];
      const destination = posix.normalize(mount.destination);
      return { ...childStep('mountpoint', destination, ...source), transient: true };
    });
}

function isBelow({ destination }: RuntimeMount, other: RuntimeMount): boolean {
  return posix.normalize(destination).startsWith(`${posix.normalize(other.destination)}/`);
}

/** BuildKit leaves those of `/dev`, `/proc` and `/sys`. */
function isTransient({ destination }: RuntimeMount): boolean {
  return !/^\/(?:dev|proc|sys)(?:\/|$)/.test(destination);
}

/** Steps that hide and protect paths of the kernel's file systems. */
export function protectionSteps({ linux }: RuntimeSpec): readonly Step[] {
  return [
    ...(linux.readonlyPaths ?? []).map((path) => childStep('readonly', path)),
    ...(linux.maskedPaths ?? []).map((path) => childStep('mask', path)),
  ];
}

function mountStep(mount: RuntimeMount): readonly Step[] {
  const destination = posix.normalize(mount.destination);
  const options = parseMountOptions(mount.options);
  if (options.bind || mount.type === 'bind') {
    const { recursive, set, clear, propagation } = options;
    const attributes = [recursive ? 1 : 0, set, clear, mountPropagation(propagation)];
    return [childStep('bind', destination, mount.source ?? '', ...attributes)];
  }
  const type = mount.type ?? 'none';
  const strict = type === 'proc' || type === 'sysfs' ? 1 : 0;
  const made = childStep(
    'mount',
    destination,
    type,
    mount.source ?? type,
    options.flags,
    options.data,
    strict,
  );
  return options.propagation === 0
    ? [made]
    : [made, childStep('propagate', destination, options.propagation)];
}

/** mount_setattr takes the propagation without MS_REC. */
function mountPropagation(propagation: number): number {
  return propagation & ~16384;
}
