// What opening a build's sources takes and gives.

import type { Readable } from 'node:stream';
import type { EventSink, Scope } from '../../core/index.ts';
import type { Lease, Store } from '../../store/index.ts';
import type { ContextTree } from '../context/index.ts';
import type { NamedContext } from '../named-context.ts';
import type { RemoteAccess, ResolvedSource } from '../remote.ts';
import type { BuildContext } from '../solve/types.ts';
import type { BuildInputs } from './local.ts';

/** Where a build's files come from, as asked for. */
export interface SourceRequest {
  /** A folder, an archive, a URL of a Git repository, an archive or a Dockerfile, or `-` for standard input. */
  readonly context: string;
  /** A file on this machine, in a remote context one inside of it; a URL; `-` for standard input. Default `Dockerfile` in the context. */
  readonly dockerfile?: string;
  /** What takes the place of images and stages: folders, URLs, `docker-image://…`, `oci-layout://…`, by name. */
  readonly namedContexts?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: Readable;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** What opening works with; what it makes for a while is given back by `scope`. */
export interface SourceServices {
  readonly store: Store;
  readonly lease: Lease;
  readonly scope: Scope;
  readonly access: RemoteAccess;
  readonly signal: AbortSignal;
  readonly onEvent: EventSink;
}

/** A context that was opened. */
export interface OpenedContext {
  readonly context: NamedContext;
  /** The folder on this machine, where it is one. */
  readonly folder?: string;
  /** The Dockerfile, where the context itself is one. */
  readonly dockerfile?: DockerfileText;
  /** What a remote context became. */
  readonly sources: readonly ResolvedSource[];
}

/** A Dockerfile that was read. */
export interface DockerfileText {
  readonly text: string;
  /** As messages name it. */
  readonly name: string;
  /** Its path on this machine, where it has one: an ignore file may lie beside it. */
  readonly path?: string;
}

/** Everything a build is planned and solved from. */
export interface OpenedSources {
  readonly dockerfile: DockerfileText;
  /** The context's folder and the Dockerfile, where both are on this machine. */
  readonly local?: BuildInputs;
  /** The context's folder with its ignore file, which is read once. */
  readonly tree?: ContextTree;
  readonly context: NamedContext;
  readonly namedContexts: ReadonlyMap<string, NamedContext>;
  /** Folders on this machine, by name. */
  readonly folders: ReadonlyMap<string, BuildContext>;
  /** Names what is built across builds. */
  readonly project: string;
  readonly sources: readonly ResolvedSource[];
}
