// A build step's config.json, as BuildKit's worker in Docker 28 makes it.

import type { RuntimeMount, RuntimeSpec } from '../../oci/index.ts';
import { tweakCapabilities } from './capabilities.ts';
import { namespacesOf, OCI_VERSION, processOf, rootOf, seccompOf } from './container.ts';
import { allowAllDevices, denyAllDevices, hostDevices } from './devices.ts';
import { buildMounts } from './mounts.ts';
import { buildMaskedPaths, readonlyPaths } from './paths.ts';
import type { BuildSpecRequest } from './request.ts';

/** The config.json of a RUN step; throws `MOUNT_INVALID`. */
export function createBuildSpec(request: BuildSpecRequest): RuntimeSpec {
  const { insecure = false } = request;
  const capabilities = tweakCapabilities({ privileged: insecure });
  const { before, after } = buildMounts(insecure, request.shmSize);
  return {
    ociVersion: OCI_VERSION,
    hostname: request.hostname ?? 'buildkitsandbox',
    root: rootOf(false),
    process: processOf(request, capabilities),
    mounts: replaced([...before, ...(request.mounts ?? []), ...after]),
    linux: linuxOf(request, capabilities),
  };
}

/** Of two mounts at one place the later one counts, where the first one stood: as BuildKit does. */
function replaced(mounts: readonly RuntimeMount[]): readonly RuntimeMount[] {
  return [...new Map(mounts.map((mount) => [mount.destination, mount])).values()];
}

function linuxOf(request: BuildSpecRequest, capabilities: readonly string[]): RuntimeSpec['linux'] {
  const { insecure = false, devices = [] } = request;
  const nodes = [...(insecure ? hostDevices() : []), ...devices.map(({ device }) => device)];
  const rules = insecure ? [allowAllDevices] : devices.map(({ rule }) => rule);
  const seccomp = insecure ? undefined : seccompOf({}, capabilities);
  return {
    namespaces: namespacesOf(request),
    ...(nodes.length > 0 ? { devices: nodes } : {}),
    ...(request.cgroupsPath === undefined ? {} : { cgroupsPath: request.cgroupsPath }),
    resources: { ...request.resources, devices: [denyAllDevices, ...rules] },
    ...(seccomp ? { seccomp } : {}),
    ...(insecure ? {} : { maskedPaths: buildMaskedPaths, readonlyPaths }),
  };
}
