// A container's config.json with the defaults of Docker 28.

import { release } from 'node:os';
import type {
  RuntimeCapabilities,
  RuntimeNamespace,
  RuntimeProcess,
  RuntimeSeccomp,
  RuntimeSpec,
} from '../../oci/index.ts';
import { defaultSeccompProfile, nativeSeccompArchitecture, resolveSeccomp } from '../seccomp/index.ts';
import { tweakCapabilities } from './capabilities.ts';
import { allowAllDevices, defaultDeviceRules, hostDevices } from './devices.ts';
import { containerMounts, mergeMounts } from './mounts.ts';
import { containerMaskedPaths, readonlyPaths } from './paths.ts';
import type { SpecRequest } from './request.ts';
import type { SecurityOptions } from './security.ts';
import { sysctlsOf } from './sysctls.ts';

/** The runtime-spec version that the configs follow. */
export const OCI_VERSION = '1.2.1';

/** The config.json of a container; `root.path` is `rootfs`. Throws `CAPABILITY_UNKNOWN`, `CAPABILITY_UNAVAILABLE`, `MOUNT_INVALID`, `SYSCTL_INVALID`. */
export function createSpec(request: SpecRequest): RuntimeSpec {
  const capabilities = tweakCapabilities({
    ...request.capabilities,
    privileged: request.privileged ?? false,
  });
  const sharesUts = request.uts === 'host';
  return {
    ociVersion: OCI_VERSION,
    ...(request.hostname === undefined || sharesUts ? {} : { hostname: request.hostname }),
    ...(request.domainname === undefined || sharesUts ? {} : { domainname: request.domainname }),
    root: rootOf(request.readonlyRoot),
    process: {
      ...processOf(request, capabilities),
      ...(request.security?.noNewPrivileges ? { noNewPrivileges: true } : {}),
      oomScoreAdj: request.oomScoreAdj ?? 0,
    },
    mounts: mergeMounts(
      containerMounts({
        writable: request.privileged ?? false,
        shmSize: request.shmSize,
        hostIpc: request.ipc === 'host',
      }),
      request.mounts ?? [],
    ),
    linux: linuxOf(request, capabilities),
  };
}

function linuxOf(request: SpecRequest, capabilities: readonly string[]): RuntimeSpec['linux'] {
  const { privileged = false, security = {}, devices = [] } = request;
  const nodes = [...(privileged ? hostDevices() : []), ...devices.map(({ device }) => device)];
  const rules = privileged ? [allowAllDevices] : devices.map(({ rule }) => rule);
  const seccomp =
    privileged && security.seccomp === undefined ? undefined : seccompOf(security, capabilities);
  const unmasked = privileged || security.unmaskedPaths;
  const sysctl = sysctlsOf(request);
  return {
    namespaces: namespacesOf(request),
    ...(Object.keys(sysctl).length > 0 ? { sysctl } : {}),
    ...(nodes.length > 0 ? { devices: nodes } : {}),
    ...(request.cgroupsPath === undefined ? {} : { cgroupsPath: request.cgroupsPath }),
    resources: { ...request.resources, devices: [...defaultDeviceRules, ...rules] },
    ...(seccomp ? { seccomp } : {}),
    ...(unmasked ? {} : { maskedPaths: containerMaskedPaths(), readonlyPaths }),
  };
}

/** The root file system, at `rootfs` in the bundle. */
export function rootOf(readonly: boolean | undefined): RuntimeSpec['root'] {
  return readonly ? { path: 'rootfs', readonly } : { path: 'rootfs' };
}

/** The process, with the capability sets of its user. */
export function processOf(
  request: Pick<SpecRequest, 'args' | 'env' | 'cwd' | 'user' | 'terminal' | 'consoleSize' | 'rlimits'>,
  capabilities: readonly string[],
): RuntimeProcess {
  return {
    ...(request.terminal ? { terminal: true } : {}),
    ...(request.consoleSize ? { consoleSize: request.consoleSize } : {}),
    user: request.user,
    args: request.args,
    env: request.env,
    cwd: request.cwd,
    capabilities: capabilitySets(capabilities),
    ...(request.rlimits?.length ? { rlimits: request.rlimits } : {}),
  };
}

/** For users other than root the kernel empties the effective and permitted sets at execve. */
function capabilitySets(names: readonly string[]): RuntimeCapabilities {
  return { bounding: names, effective: names, permitted: names };
}

/** The filter of these security options, if there is to be one. */
export function seccompOf(
  security: SecurityOptions,
  capabilities: readonly string[],
): RuntimeSeccomp | undefined {
  const { seccomp = 'default' } = security;
  if (seccomp === 'unconfined') return undefined;
  return resolveSeccomp(seccomp === 'default' ? defaultSeccompProfile : seccomp, {
    capabilities,
    architecture: nativeSeccompArchitecture(),
    kernel: release(),
  });
}

/** The namespaces in Docker's order; those shared with the host are left out. */
export function namespacesOf(
  modes: Pick<SpecRequest, 'network' | 'uts' | 'pid' | 'ipc' | 'cgroup'>,
): readonly RuntimeNamespace[] {
  const { network = 'private', uts = 'private', pid = 'private', ipc = 'private', cgroup = 'host' } = modes;
  return Object.entries({ mount: 'private', network, uts, pid, ipc, cgroup } as const).flatMap(
    ([type, mode]): RuntimeNamespace[] => {
      if (mode === 'host') return [];
      const name = type as RuntimeNamespace['type'];
      return [mode === 'private' ? { type: name } : { type: name, path: mode.path }];
    },
  );
}
