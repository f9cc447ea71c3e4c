// The build graph: vertices by the digest of their definition, and what solving one gives.

import type { Diagnostic } from '../../grammar/index.ts';
import type { ErrorLocation, EventSink, VertexId } from '../core/index.ts';
import type { Digest, ExecutionConfig, HistoryEntry, ImageConfig, Platform } from '../oci/index.ts';
import type { ImageRecord, LayerId } from '../store/index.ts';

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
}

/** The root file system of an image in the store. */
export interface ImageVertex extends VertexBase {
  readonly kind: 'image';
  readonly reference: string;
  readonly manifestDigest: Digest;
  readonly platform: Platform;
}

/** Files of the build's context folder; which ones is said by the copies that use it. */
export interface ContextVertex extends VertexBase {
  readonly kind: 'context';
  readonly contextName: string;
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
  /** Heredoc files: shown to the process, never in the layer. */
  readonly files: readonly InlineFile[];
  /** Proxy variables and the like: given to the process but not part of the key. */
  readonly unkeyedEnv: readonly string[];
  /** Names in `env` that are build arguments (ARG), so that explanations can say so. */
  readonly buildArgs?: readonly string[];
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
  readonly files: readonly InlineFile[];
  /** Absolute; a trailing slash is kept, it means a directory. */
  readonly destination: string;
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  /** ADD: local archives are unpacked. */
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

/** An instruction that changes only the image config; its result is its input's. */
export interface ConfigVertex extends VertexBase {
  readonly kind: 'config';
  readonly input: VertexId | undefined;
  readonly instruction: string;
  /** The instruction as it stands in the history. */
  readonly text: string;
}

/** One step of the build. */
export type Vertex = ImageVertex | ContextVertex | ExecVertex | CopyVertex | MkdirVertex | ConfigVertex;

/** The steps a target needs, inputs before users, and the image config they end in. */
export interface BuildGraph {
  readonly vertices: ReadonlyMap<VertexId, Vertex>;
  /** undefined: the target is an empty root. */
  readonly target: VertexId | undefined;
  readonly image: ImageTemplate;
  /** Lint findings and the like, to be shown. */
  readonly diagnostics: readonly Diagnostic[];
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
  readonly dockerfile: { readonly text: string; readonly name: string };
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Stage name or number; default the last. */
  readonly target?: string;
  readonly platform: Platform;
  readonly buildPlatform: Platform;
  readonly network?: 'default' | 'host' | 'none';
  readonly noCache?: boolean;
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
}
