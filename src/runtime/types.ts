// What the runtime offers: a runtime-spec config and a root file system become running processes.

import type { Readable, Writable } from 'node:stream';
import type { Link } from '../network/index.ts';
import type { RuntimeProcess, RuntimeSpec } from '../oci/index.ts';

/** The root file system, mounted inside the container's own mount namespace. */
export interface RootMount {
  /** Overlay lower folders, topmost first. */
  readonly lower: readonly string[];
  /** The writable layer; absent: read-only root. */
  readonly upper?: string;
  readonly work?: string;
  /** Overlay `volatile`: no syncing (build steps, containers that are removed when they end). */
  readonly volatile?: boolean;
}

/** Everything a container is started from. */
export interface Bundle {
  /** Unique among this root's containers. */
  readonly id: string;
  readonly spec: RuntimeSpec;
  readonly root: RootMount;
  /** Trees that mounts take their sources from: each mounted at `at`, a folder of the host, in the container's mount namespace only. */
  readonly hidden?: readonly { readonly at: string; readonly root: RootMount }[];
  /** How the new network namespace is linked to the host; absent: not at all. Only the launcher does this. */
  readonly link?: Link;
  /** Run an init as PID 1 that reaps orphans and forwards signals. */
  readonly init?: boolean;
  /** Types of resource limits (`RLIMIT_NOFILE`) that are wishes: lowered to what this process may set. */
  readonly softRlimits?: readonly string[];
}

/** How a process ended: `code` is what a shell would say (128 + signal when killed). */
export interface ExitStatus {
  readonly code: number;
  readonly signal?: string;
  readonly oomKilled?: boolean;
}

/** Which runtime executes bundles: the launcher, or an OCI runtime's program. */
export type RuntimeName = 'launcher' | 'runc' | 'crun' | (string & {});

/** Standard streams of a process that its starter waits for. */
export interface AttachedStreams {
  readonly stdin?: Readable | 'null';
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  /** Terminal size changes, when the process has a terminal. */
  readonly resize?: AsyncIterable<{ readonly width: number; readonly height: number }>;
  /** Aborted: the streams are let go and the process goes on; what waits on them (`wait` of the starter, `exec`) is rejected. */
  readonly detach?: AbortSignal;
}

/** Runs containers under one run directory. Disposing it ends the build steps that still run; containers go on. */
export interface Runtime extends AsyncDisposable {
  /** Starts what build steps need ahead of the first one. A program may end without disposing: that goes with it. */
  warm(): void;
  /**
   * Runs a bundle to its end, for build steps: no log, no state kept; output goes to `onOutput` as it comes.
   * Mountpoints that had to be made in the upper folder are taken away again, except `/dev`, `/proc` and `/sys`.
   * An abort kills the container. Throws `COMMAND_NOT_FOUND`, `COMMAND_NOT_EXECUTABLE`, `RUNTIME_FAILED`.
   */
  run(bundle: Bundle, options: RunOptions): Promise<ExitStatus>;
  /** Starts a container whose supervisor outlives this process and keeps its log and exit status in `directory`. Errors as `run`. */
  start(bundle: Bundle, options: StartOptions): Promise<RunningContainer>;
  /** A container started earlier, by this or another process; undefined when its supervisor is gone. */
  open(directory: string): Promise<RunningContainer | undefined>;
  /** The exit status the supervisor left in `directory`, if it has ended. */
  exitStatus(directory: string): (ExitStatus & { readonly finishedAt: number }) | undefined;
}

/** How a build step is run. */
export interface RunOptions {
  readonly onOutput: (stream: 'stdout' | 'stderr', data: Uint8Array) => void;
  readonly signal?: AbortSignal;
  readonly runtime?: RuntimeName;
  /** Connected to the process in place of `onOutput`; letting them go (`detach`) ends it. */
  readonly streams?: AttachedStreams;
}

/** How a container is started. */
export interface StartOptions {
  /** The container's own folder: the supervisor's socket, `log.json`, `exit.json`. */
  readonly directory: string;
  /** Keep stdin open (`-i`). */
  readonly openStdin: boolean;
  /** Attached before the process starts, so that no output is missed; absent: nothing attached. */
  readonly attach?: AttachedStreams;
  readonly runtime?: RuntimeName;
  /**
   * A host command (argv, absolute path first) that the supervisor runs after the container has ended and its exit status is
   * written, unless a client is waiting (connected with `wait` or `attach`): it releases the network and removes `--rm` containers.
   */
  readonly exitCommand?: readonly string[];
}

/** What is read of a container's log. */
export interface LogOptions {
  /** Go on with what is written until the container ends. */
  readonly follow?: boolean;
  /** Only the last lines. */
  readonly tail?: number;
  /** Bounds, in milliseconds since the epoch. */
  readonly since?: number;
  readonly until?: number;
  readonly signal?: AbortSignal;
}

/** One entry of a container's log; `time` is RFC 3339 with nanoseconds, `data` ends with the newline where the line does (a long line comes in parts). */
export interface LogEntry {
  readonly stream: 'stdout' | 'stderr';
  readonly time: string;
  readonly data: Uint8Array;
}

/** A live container, reached through its supervisor's socket. */
export interface RunningContainer {
  readonly pid: number;
  readonly startedAt: number;
  /** Sends a signal to PID 1 (`SIGTERM`, `TERM` or a number). */
  kill(signal: string | number): Promise<void>;
  wait(): Promise<ExitStatus>;
  /** Resolves when the container has ended or the streams' `detach` is aborted. */
  attach(streams: AttachedStreams): Promise<void>;
  resize(size: { readonly width: number; readonly height: number }): Promise<void>;
  /** Starts another process inside; resolves with its status when it ends, with 0 when it runs if `detached`. */
  exec(
    process: RuntimeProcess,
    streams: AttachedStreams,
    options?: { readonly detached?: boolean },
  ): Promise<ExitStatus>;
}
