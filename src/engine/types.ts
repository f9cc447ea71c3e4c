// The engine: the one interface that the command line, the daemon and embedding programs use.

import type { Readable, Writable } from 'node:stream';
import type {
  BuildOptions,
  BuildRequest,
  CheckReport,
  CheckRequest,
  ContextReport,
  EnterRequest,
  LockedSource,
  Outline,
  OutputResult,
  SizeReport,
  Statement,
  TargetList,
  Verification,
} from '../build/index.ts';
import type { ProgressEvent } from '../core/index.ts';
import type { Digest, Healthcheck, Platform, RuntimeResources } from '../oci/index.ts';
import type { AttachedStreams, ExitStatus, LogEntry, LogOptions } from '../runtime/index.ts';
import type {
  BuildRecord,
  ContainerRecord,
  Finding,
  ImageRecord,
  KeptState,
  VolumeRecord,
} from '../store/index.ts';
import type { RegistryService } from './registry/types.ts';

export type * from './registry/types.ts';

/** Everything Caisson can do; `LocalEngine` does it in this process. */
export interface Engine extends AsyncDisposable {
  /** The folder that all of it is kept in. */
  readonly root: string;
  readonly images: ImageService;
  readonly containers: ContainerService;
  readonly volumes: VolumeService;
  readonly system: SystemService;
  readonly registry: RegistryService;
  /** Builds that ran here. */
  readonly builds: BuildService;
  /** Steps that failed and were kept (`onError` of a build). */
  readonly kept: KeptService;
  build(request: BuildRequest, options: BuildOptions): Promise<BuildResult>;
  /** What the context of a build is made of. */
  contextReport(request: BuildRequest): Promise<ContextReport>;
  /** Builds twice under different conditions, and compares. */
  verify(
    request: BuildRequest,
    options: BuildOptions,
  ): Promise<BuildResult & { readonly verification: Verification }>;
  /** Writes the lock file of a Dockerfile: what its images, files and repositories are now. */
  lock(
    request: BuildRequest,
    options: BuildOptions & { readonly update: boolean },
  ): Promise<readonly LockedSource[]>;
  /** The graph that `build` would solve, printed. */
  graph(request: BuildRequest, format: 'text' | 'json' | 'dot' | 'mermaid'): Promise<string>;
  /** What the checks say of a build, without running it. */
  check(request: CheckRequest): Promise<CheckReport>;
  /** The arguments, secrets and SSH agents that the target of a build takes. */
  outline(request: CheckRequest): Promise<Outline>;
  /** The stages of a Dockerfile. */
  targets(request: CheckRequest): Promise<TargetList>;
}

export type {
  BuildOptions,
  BuildRequest,
  CheckReport,
  CheckRequest,
  CheckWarning,
  ContextReport,
  EnterRequest,
  IgnoreAdvice,
  LayerReport,
  LockedSource,
  Outline,
  SizeLine,
  SizeReport,
  Statement,
  TargetList,
  Verification,
  Waste,
} from '../build/index.ts';

/** What a build made. */
export interface BuildResult {
  /** Of the manifest, or of the index of several platforms; none where no image was asked for. */
  readonly manifestDigest?: Digest;
  readonly imageId?: Digest;
  readonly names: readonly string[];
  /** What each output gave, in the order asked for. */
  readonly outputs: readonly OutputResult[];
}

/** Builds that ran here, by id or unique id prefix. */
export interface BuildService {
  /** Newest first. */
  list(): Promise<readonly BuildRecord[]>;
  /** Throws `BUILD_NOT_FOUND`. */
  get(id: string): Promise<BuildRecord>;
  /** All that a build said, as it was when it said it. */
  events(id: string): AsyncIterable<ProgressEvent>;
  /** Forgets a build and deletes its log. Throws `BUILD_NOT_FOUND`, `BUILD_RUNNING`. */
  remove(id: string): Promise<BuildRecord>;
}

/** States of failed steps, by id or unique id prefix. */
export interface KeptService {
  /** Newest first. */
  list(): Promise<readonly KeptState[]>;
  /** Throws `KEPT_STATE_NOT_FOUND`. */
  get(id: string): Promise<KeptState>;
  /** Runs a command with all that the step had; what it writes is gone afterwards. Undefined when the streams' `detach` ended it. */
  enter(id: string, request: EnterRequest, streams: AttachedStreams): Promise<ExitStatus | undefined>;
  remove(id: string): Promise<KeptState>;
}

/** A container as asked for: the image's defaults are filled in when it is created. */
export interface ContainerRequest {
  readonly image: string;
  /** Of an image for several platforms. */
  readonly platform?: Platform;
  readonly name?: string;
  readonly command: readonly string[];
  /** undefined: the image's; empty: none. */
  readonly entrypoint?: readonly string[];
  /** `NAME=value`, or `NAME` to take the host's value. */
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly hostname?: string;
  readonly terminal: boolean;
  readonly openStdin: boolean;
  readonly init: boolean;
  readonly readOnly: boolean;
  readonly autoRemove: boolean;
  readonly privileged: boolean;
  readonly mounts: readonly MountRequest[];
  /** `bridge`, `host`, `none` or `container:ID`. */
  readonly network: string;
  /** `8080:80`, `127.0.0.1:8080:80/udp`, `80`. */
  readonly publish: readonly string[];
  readonly publishAll: boolean;
  readonly extraHosts: readonly string[];
  readonly dns: readonly string[];
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly securityOptions: readonly string[];
  readonly ulimits: readonly string[];
  readonly resources: Omit<RuntimeResources, 'devices'>;
  readonly shmSize?: number;
  readonly stopSignal?: string;
  readonly stopTimeout?: number;
  readonly healthcheck?: Healthcheck;
  readonly runtime?: string;
}

/** A mount as asked for (`-v`, `--mount`, `--tmpfs`); sizes in bytes. */
export type MountRequest =
  | {
      readonly kind: 'bind';
      readonly source: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly createSource: boolean;
      readonly propagation?: string;
    }
  | {
      readonly kind: 'volume';
      readonly source?: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly copy: boolean;
    }
  | {
      readonly kind: 'tmpfs';
      readonly target: string;
      readonly size?: number;
      readonly mode?: number;
      readonly options?: string;
    };

/** Containers: created from images, started, stopped, removed. Containers are named by id, unique id prefix or name. */
export interface ContainerService {
  create(request: ContainerRequest): Promise<ContainerRecord>;
  /** Creates and starts at once; one that is removed when it ends is removed, too, when it cannot start. */
  run(request: ContainerRequest, attach?: AttachedStreams): Promise<StartedContainer>;
  /** Starts it; with `attach` the streams are connected before the first output. */
  start(container: string, attach?: AttachedStreams): Promise<StartedContainer>;
  wait(container: string): Promise<ExitStatus>;
  /** Resolves when it has ended; undefined when the streams' `detach` came first. */
  attach(container: string, streams: AttachedStreams): Promise<ExitStatus | undefined>;
  /** The stop signal, then SIGKILL after `timeout` seconds (default: the container's, 10). */
  stop(container: string, timeout?: number): Promise<void>;
  kill(container: string, signal?: string): Promise<void>;
  remove(container: string, options: { readonly force: boolean; readonly volumes: boolean }): Promise<void>;
  resize(container: string, size: { readonly width: number; readonly height: number }): Promise<void>;
  exec(container: string, request: ExecRequest, streams: AttachedStreams): Promise<ExitStatus | undefined>;
  logs(container: string, options: LogOptions): AsyncIterable<LogEntry>;
  list(): Promise<readonly ContainerRecord[]>;
  inspect(container: string): Promise<ContainerInspection>;
  /** Records the end of a container and gives back what it held; called when its supervisor saw it end and no one waits. */
  settle(container: string): Promise<void>;
}

/** A container that was just started. */
export interface StartedContainer {
  readonly record: ContainerRecord;
  /** Waits until it has ended and what it held is given back; undefined when the streams' `detach` came first. */
  wait(): Promise<ExitStatus | undefined>;
}

/** Another process in a running container. */
export interface ExecRequest {
  readonly command: readonly string[];
  readonly env: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly terminal: boolean;
  readonly openStdin: boolean;
  readonly privileged: boolean;
  /** Resolve when it runs, not when it has ended. */
  readonly detached: boolean;
}

/** `docker inspect`'s shape for a container. */
export type ContainerInspection = Readonly<Record<string, unknown>>;

/** Images in the store. */
export interface ImageService {
  list(): Promise<readonly ImageRecord[]>;
  /** Throws `IMAGE_NOT_FOUND`. */
  get(reference: string): Promise<ImageRecord>;
  /** `docker image inspect`'s shape. */
  inspect(reference: string): Promise<Readonly<Record<string, unknown>>>;
  history(reference: string): Promise<readonly HistoryLine[]>;
  /** What its size is made of, layer by layer, and what of it is wasted. */
  sizes(reference: string): Promise<SizeReport>;
  /** Its packages as an SPDX 2.3 document: the attached one, else what scanning finds. */
  sbom(reference: string, platform?: Platform): Promise<object>;
  /** The in-toto statements that are attached to it. */
  attestations(reference: string, platform?: Platform): Promise<readonly Statement[]>;
  tag(reference: string, name: string): Promise<void>;
  /** What was untagged and deleted, in order. */
  remove(
    reference: string,
    options: { readonly force: boolean },
  ): Promise<readonly { readonly untagged?: string; readonly deleted?: string }[]>;
  /** A docker-archive or OCI layout, tar or folder; returns the names or ids that are there now. */
  load(
    source: string | Readable,
    options: BuildOptions & { readonly platform?: Platform },
  ): Promise<readonly string[]>;
  save(
    references: readonly string[],
    target: string | Writable,
    format: 'docker-archive' | 'oci-archive' | 'oci-dir' | 'docker-dir',
    /** Only this platform's image of those that have several. */
    platform?: Platform,
  ): Promise<void>;
  /** A root file system as tar becomes a one-layer image; `changes` are Dockerfile instructions. */
  import(
    source: string | Readable,
    options: {
      readonly name?: string;
      readonly changes: readonly string[];
      readonly message?: string;
      readonly platform?: Platform;
    },
  ): Promise<Digest>;
}

/** One line of `caisson history`, newest first; `size` in bytes. */
export interface HistoryLine {
  readonly id: string | undefined;
  readonly created: string | undefined;
  readonly createdBy: string;
  readonly size: number;
  readonly comment: string;
}

/** Named volumes. */
export interface VolumeService {
  list(): Promise<readonly VolumeRecord[]>;
  create(name: string, labels: Readonly<Record<string, string>>): Promise<VolumeRecord>;
  remove(name: string): Promise<void>;
}

/** What concerns the whole root. */
export interface SystemService {
  /** Verifies the store and the host; `repair` mends what it can. */
  check(options: { readonly repair: boolean }): Promise<readonly Finding[]>;
  usage(): Promise<readonly UsageLine[]>;
  info(): Promise<SystemInfo>;
  prune(options: PruneOptions): Promise<PruneReport>;
  /** Removes everything: containers, networks, images, volumes, cache. */
  reset(): Promise<void>;
}

/** What is here, in numbers and places. */
export interface SystemInfo {
  readonly root: string;
  readonly storageDriver: string;
  readonly containers: number;
  readonly running: number;
  readonly images: number;
  readonly kernel: string;
  readonly architecture: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
}

/** One kind of content and the bytes it takes. */
export interface UsageLine {
  readonly kind: 'Images' | 'Containers' | 'Local Volumes' | 'Build Cache' | 'exec.cachemount' | 'Kept Steps';
  readonly total: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
}

/** What may go. */
export interface PruneOptions {
  readonly containers: boolean;
  /** `dangling`: only images without a name. */
  readonly images: 'none' | 'dangling' | 'all';
  readonly volumes: boolean;
  readonly buildCache: boolean;
  /** States of failed steps. */
  readonly keptStates: boolean;
}

/** What went. */
export interface PruneReport {
  readonly containers: readonly string[];
  readonly images: readonly string[];
  readonly volumes: readonly string[];
  readonly cacheRecords: number;
  readonly cacheMounts: number;
  readonly keptStates: readonly string[];
  readonly reclaimed: number;
}
