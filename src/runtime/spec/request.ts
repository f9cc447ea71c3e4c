// What is asked of a container's or a build step's config.json.

import type { RuntimeMount, RuntimeResources, RuntimeRlimit, RuntimeUser } from '../../oci/index.ts';
import type { DeviceGrant } from './devices.ts';
import type { SecurityOptions } from './security.ts';

/** A new namespace, the host's, or the one at a path. */
export type NamespaceMode = 'private' | 'host' | { readonly path: string };

/** A container as asked for; all names and numbers are resolved already. */
export interface SpecRequest {
  readonly args: readonly string[];
  /** Complete, as {@link containerEnvironment} makes it. */
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: RuntimeUser;
  readonly hostname?: string;
  readonly domainname?: string;
  readonly terminal?: boolean;
  readonly consoleSize?: { readonly height: number; readonly width: number };
  readonly readonlyRoot?: boolean;
  /** Binds, volumes, tmpfs and the files of /etc; one at a default mount's place replaces it. */
  readonly mounts?: readonly RuntimeMount[];
  /** Names with or without `CAP_`, any case, or `ALL`. */
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly privileged?: boolean;
  readonly security?: SecurityOptions;
  readonly rlimits?: readonly RuntimeRlimit[];
  readonly devices?: readonly DeviceGrant[];
  /** Memory, CPU and pids limits; device rules come from `devices`. */
  readonly resources?: Omit<RuntimeResources, 'devices'>;
  /** Default: a new one. */
  readonly network?: NamespaceMode;
  /** The network namespace is another container's: its settings are left alone. */
  readonly sharesNetwork?: boolean;
  readonly pid?: NamespaceMode;
  readonly ipc?: NamespaceMode;
  readonly uts?: NamespaceMode;
  /** Docker: private on cgroup v2, the host's on v1 (the default here). */
  readonly cgroup?: NamespaceMode;
  readonly cgroupsPath?: string;
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Bytes of /dev/shm; default 64 MiB. */
  readonly shmSize?: number;
  readonly oomScoreAdj?: number;
}

/** A RUN step as asked for. */
export interface BuildSpecRequest {
  readonly args: readonly string[];
  /** Complete, as {@link buildEnvironment} makes it. */
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: RuntimeUser;
  /** Default `buildkitsandbox`, which scripts and caches in the field know. */
  readonly hostname?: string;
  /** resolv.conf, hosts and the step's `--mount`s. */
  readonly mounts?: readonly RuntimeMount[];
  /** `--security=insecure`: all capabilities and devices, no seccomp, nothing masked. */
  readonly insecure?: boolean;
  readonly rlimits?: readonly RuntimeRlimit[];
  readonly devices?: readonly DeviceGrant[];
  readonly resources?: Omit<RuntimeResources, 'devices'>;
  readonly network?: NamespaceMode;
  readonly cgroup?: NamespaceMode;
  readonly cgroupsPath?: string;
  /** Bytes of /dev/shm; default 64 KiB as BuildKit's. */
  readonly shmSize?: number;
}
