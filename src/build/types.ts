// The build graph: vertices by the digest of their definition, and what solving one gives.

import type { Diagnostic, ParseResult } from '../../grammar/index.ts';
import type { ErrorLocation, EventSink, VertexId } from '../core/index.ts';
import type { Digest, ExecutionConfig, HistoryEntry, ImageConfig, Platform } from '../oci/index.ts';
import type { ImageRecord, LayerId } from '../store/index.ts';
import type { ExecDevice, ExecMount } from './mounts.ts';
import type { NamedContext } from './named-context.ts';
import type { GitSource } from './ops/git/index.ts';
import type { HttpFile } from './ops/http/index.ts';

/** What every vertex has. */
interface VertexBase {
  /** Digest of the definition: kind, fields that matter, ids of the inputs. Never of names or places. */
  readonly id: VertexId;
  /** As shown to people: `[build 2/5] RUN make`. */
  readonly name: string;
  /** Where the instruction stands in the Dockerfile. */
  readonly location?: ErrorLocation;
  /** Names the step across builds, for explaining misses: Dockerfile, stage, position. */
  readonly slot: string;
  /** Runs even where an earlier build ran it (`--no-cache-filter`). */
  readonly noCache?: boolean;
}

/** The root file system of an image in the store. */
export interface ImageVertex extends VertexBase {
  readonly kind: 'image';
  readonly reference: string;
  readonly manifestDigest: Digest;
  /** Of its layers: all that steps see of it. undefined for an image without any. */
  readonly chainId: Digest | undefined;
  readonly platform: Platform;
}

/** Files of the build's context folder; which ones is said by the copies that use it. */
export interface ContextVertex extends VertexBase {
  readonly kind: 'context';
  readonly contextName: string;
}

/** A file fetched over HTTP: a tree with this one file in its root. */
export interface HttpVertex extends VertexBase, HttpFile {
  readonly kind: 'http';
}

/** The files of a commit, fetched with git. */
export interface GitVertex extends VertexBase, GitSource {
  readonly kind: 'git';
}

/** Files that were there before the steps began: an unpacked archive, a context fetched to find the Dockerfile in it. */
export interface TreeVertex extends VertexBase {
  readonly kind: 'tree';
  /** Digest of what the files were made from. */
  readonly digest: Digest;
  readonly layers: readonly LayerId[];
}

/** A process that runs on a writable layer over its input (RUN). */
export interface ExecVertex extends VertexBase {
  readonly kind: 'exec';
  /** undefined: an empty root (`FROM scratch`). */
  readonly input: VertexId | undefined;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: string;
  readonly network: 'default' | 'host' | 'none';
  readonly security: 'sandbox' | 'insecure';
  /** What its programs are made for; undefined for this machine's own. */
  readonly foreignPlatform?: Platform;
  /** Heredoc files: shown to the process, never in the layer. */
  readonly files: readonly InlineFile[];
  /** Proxy variables and the like: given to the process but not part of the key. */
  readonly unkeyedEnv: readonly string[];
  /** What is mounted, in the order written. */
  readonly mounts?: readonly ExecMount[];
  readonly devices?: readonly ExecDevice[];
  /** What the build asks of all its processes. */
  readonly settings?: ExecSettings;
  /** SHELL of its stage, where it has one: for who wants to look around; a shell form has it in `args` already. */
  readonly shell?: readonly string[];
  /** Names in `env` that are build arguments (ARG), so that explanations can say so. */
  readonly buildArgs?: readonly string[];
}

/** What a build asks of all its processes. */
export interface ExecSettings {
  /** `name:address`; only the names count for the key. */
  readonly extraHosts?: readonly string[];
  readonly hostname?: string;
  /** Bytes of /dev/shm. */
  readonly shmSize?: number;
  /** `nofile=1024:2048` */
  readonly ulimits?: readonly string[];
  readonly cgroupParent?: string;
}

/** A file whose bytes stand in the Dockerfile (heredoc). */
export interface InlineFile {
  readonly name: string;
  readonly content: string;
}

/** Files brought into a tree (COPY, ADD). */
export interface CopyVertex extends VertexBase {
  readonly kind: 'copy';
  readonly instruction: 'COPY' | 'ADD';
  readonly input: VertexId | undefined;
  /** Where the sources are: a context or any rootfs vertex; undefined when all are inline. */
  readonly from: VertexId | undefined;
  /** Patterns relative to the source's root, after expansion. */
  readonly sources: readonly string[];
  /** ADD: sources that are fetched, by their place in `sources`; each is looked up in the tree of its own vertex. */
  readonly fetched?: readonly FetchedSource[];
  readonly files: readonly InlineFile[];
  /** Absolute; a trailing slash is kept, it means a directory. */
  readonly destination: string;
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  /** `--parents`: every source is `root/./pattern`, and what matches below the root keeps its directories. */
  readonly parents?: true;
  /** Patterns (`--exclude`) of what is left out below selected directories. */
  readonly excludes?: readonly string[];
  /** ADD: local archives are unpacked. */
  readonly unpack: boolean;
}

/** A source of ADD that lies in the tree of an http or git vertex. */
export interface FetchedSource {
  readonly place: number;
  readonly from: VertexId;
  /** Whether it is unpacked when it is an archive. */
  readonly unpack: boolean;
}

/** A directory made when missing (WORKDIR). */
export interface MkdirVertex extends VertexBase {
  readonly kind: 'mkdir';
  readonly input: VertexId | undefined;
  readonly path: string;
  readonly mode: number;
  readonly user: string;
}

/** A copy that was made onto nothing (`--link`), put upon a tree without looking at it. */
export interface MergeVertex extends VertexBase {
  readonly kind: 'merge';
  readonly input: VertexId | undefined;
  readonly layer: VertexId;
}

/** An instruction that changes only the image config; its result is its input's. */
export interface ConfigVertex extends VertexBase {
  readonly kind: 'config';
  readonly input: VertexId | undefined;
  readonly instruction: string;
  /** The instruction as it stands in the history. */
  readonly text: string;
}

/** One step of the build. */
export type Vertex =
  | ImageVertex
  | ContextVertex
  | HttpVertex
  | GitVertex
  | TreeVertex
  | ExecVertex
  | CopyVertex
  | MkdirVertex
  | MergeVertex
  | ConfigVertex;

/** The steps a target needs, inputs before users, and the image config they end in. */
export interface BuildGraph {
  readonly vertices: ReadonlyMap<VertexId, Vertex>;
  /** undefined: the target is an empty root. */
  readonly target: VertexId | undefined;
  readonly image: ImageTemplate;
  /** What is listed beside the packages of the image. */
  readonly scans?: readonly ScannedPart[];
  /** Lint findings and the like, to be shown. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A tree whose packages are listed beside those of the image. */
export interface ScannedPart {
  /** `context`, or a stage's name. */
  readonly name: string;
  readonly vertex: VertexId | undefined;
}

/** What is solved at once: the steps of a build for one platform or several, and the target of each. */
export interface StepGraph {
  readonly vertices: BuildGraph['vertices'];
  readonly targets: readonly BuildGraph['target'][];
  /** Further vertices whose layers are asked for. */
  readonly scanned?: readonly VertexId[];
}

/** The image config without what only solving can tell: diffIDs and creation times. */
export interface ImageTemplate {
  readonly platform: Platform;
  readonly author?: string;
  readonly config: ExecutionConfig;
  /** History and layers inherited from the base image. */
  readonly base: Pick<ImageConfig, 'history' | 'rootfs'> | undefined;
  /** One entry an instruction, in order; `vertex` is set where the entry has a layer. */
  readonly history: readonly (Omit<HistoryEntry, 'created'> & { readonly vertex?: VertexId })[];
}

/** What planning needs from outside. */
export interface PlanOptions {
  /** The Dockerfile's text and the name it is shown by. */
  readonly dockerfile: {
    readonly text: string;
    readonly name: string;
    /** What parsing the text gave, where that is known. */
    readonly parsed?: ParseResult;
  };
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Stage name or number; default the last. */
  readonly target?: string;
  readonly platform: Platform;
  readonly buildPlatform: Platform;
  /** Whether the build is for other platforms too: then steps are named with theirs. */
  readonly severalPlatforms?: boolean;
  readonly network?: 'default' | 'host' | 'none';
  readonly noCache?: boolean;
  /** Stages whose steps run in any case (`--no-cache-filter`). */
  readonly noCacheFilter?: readonly string[];
  /** What steps may be given beyond the sandbox: `network.host`, `security.insecure`, `device`, `device=NAME`. */
  readonly allow?: readonly string[];
  readonly execSettings?: ExecSettings;
  /** Whether packages are to be listed: then also of what arguments of the Dockerfile ask for. */
  readonly sbom?: boolean;
  /** What COPY and ADD take from; default the local context named `context`. */
  readonly context?: NamedContext;
  /** What takes the place of images and stages with these names (`--build-context`). */
  readonly namedContexts?: ReadonlyMap<string, NamedContext>;
  /** Finds a base image; throws `IMAGE_NOT_FOUND`. */
  readonly resolveImage: (reference: string, platform: Platform) => Promise<ImageRecord>;
}

/** The result of one vertex: a chain of layers, bottom first. */
export interface VertexResult {
  readonly layers: readonly LayerId[];
  readonly cached: boolean;
}

/** How far explanations, progress and the cache go in one build. */
export interface SolveOptions {
  readonly onEvent: EventSink;
  readonly signal: AbortSignal;
  readonly noCache: boolean;
  readonly explain: boolean;
  /** Steps that run at once; default the number of cores. */
  readonly parallelism?: number;
  /** Whether the keys of all steps are asked for. */
  readonly keepKeys?: boolean;
}
