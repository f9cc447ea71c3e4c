// Sources from elsewhere: resolved once a build, when a key first needs them; what they became is listed.

import { formatReference, parseReference } from '../../oci/index.ts';
import { fetchTree, type GitCommit, type GitServices, resolveCommit, treeKey } from '../ops/git/index.ts';
import { fetchFile, type HttpServices, withoutCredentials } from '../ops/http/index.ts';
import type { ResolvedSource } from '../remote.ts';
import type { GitVertex, HttpVertex, TreeVertex, Vertex } from '../types.ts';
import { keyOf } from './key.ts';
import { reported, type SolveRun } from './run.ts';
import type { ResolvedVertex, Solved } from './types.ts';

/** A vertex whose files come from outside of the graph, with a key of their own. */
export type SourceVertex = HttpVertex | GitVertex | TreeVertex;

/** Whether the vertex is a source that this file resolves. */
export function isSource(vertex: Vertex): vertex is SourceVertex {
  return vertex.kind === 'http' || vertex.kind === 'git' || vertex.kind === 'tree';
}

/** What the source is now; asked once a build. */
export function resolveSource(run: SolveRun, vertex: SourceVertex): Promise<ResolvedVertex> {
  const known = run.resolved.get(vertex.id);
  if (known) return known;
  const coming = reported(run, vertex, () => resolvers[vertex.kind](run, vertex as never));
  run.resolved.set(vertex.id, coming);
  return coming;
}

/** The files of a source. */
export async function solveSource(run: SolveRun, vertex: SourceVertex): Promise<Solved> {
  const resolved = await resolveSource(run, vertex);
  return reported(run, vertex, () => resolved.open());
}

/** What every source of the build became: images, and the remote sources that were asked for. */
export async function resolvedSources(run: SolveRun): Promise<readonly ResolvedSource[]> {
  const sources = [...run.graph.vertices.values()].map(async (vertex) =>
    vertex.kind === 'image' ? imageSource(vertex) : (await run.resolved.get(vertex.id))?.source,
  );
  return (await Promise.all(sources)).filter((source) => source !== undefined);
}

const resolvers: {
  readonly [K in SourceVertex['kind']]: (
    run: SolveRun,
    vertex: Extract<SourceVertex, { readonly kind: K }>,
  ) => Promise<ResolvedVertex>;
} = { http: resolveHttp, git: resolveGit, tree: async (run, vertex) => resolveTree(run, vertex) };

/** A file's digest is known when it is there. */
async function resolveHttp(run: SolveRun, vertex: HttpVertex): Promise<ResolvedVertex> {
  run.progress.started(vertex);
  const { layer, digest, lastModified, cached } = await fetchFile(vertex, servicesFor(run, vertex));
  const key = keyOf({ kind: 'http', fileName: vertex.fileName, digest, lastModified: lastModified ?? '' });
  run.progress.ended(vertex, cached ? 'cached' : 'done');
  return {
    key,
    source: { kind: 'http', asked: withoutCredentials(vertex.url), digest },
    open: async () => ({ key, layers: [layer], cached }),
  };
}

/** A commit is known before its files are there. */
async function resolveGit(run: SolveRun, vertex: GitVertex): Promise<ResolvedVertex> {
  run.progress.started(vertex);
  const services = servicesFor(run, vertex);
  const found = await resolveCommit(vertex, services);
  const key = keyOf({ kind: 'git', tree: treeKey(vertex, found) });
  return {
    key,
    source: gitSource(vertex, found),
    open: async () => {
      const { layer, cached } = await run.limit(() => fetchTree(vertex, found, services));
      run.progress.ended(vertex, cached ? 'cached' : 'done');
      return { key, layers: [layer], cached };
    },
  };
}

function resolveTree(run: SolveRun, { digest, layers, ...vertex }: TreeVertex): ResolvedVertex {
  run.lease.hold(layers);
  run.progress.ended({ ...vertex, digest, layers }, 'cached');
  const key = keyOf({ kind: 'tree', digest });
  return { key, source: undefined, open: async () => ({ key, layers, cached: true }) };
}

function gitSource({ remote, ref }: GitVertex, { commit }: GitCommit): ResolvedSource {
  const shown = withoutCredentials(remote);
  return { kind: 'git', asked: ref === '' ? shown : `${shown}#${ref}`, remote: shown, ref, commit };
}

function imageSource({ reference, manifestDigest, platform }: Vertex & { kind: 'image' }): ResolvedSource {
  const asked = formatReference(parseReference(reference));
  return { kind: 'image', asked, digest: manifestDigest, platform };
}

function servicesFor(run: SolveRun, vertex: SourceVertex): HttpServices & GitServices {
  const { store, remote = {} } = run.services;
  return {
    store,
    lease: run.lease,
    access: remote,
    signal: run.signal,
    onProgress: (current, total) => run.progress.advanced(vertex, 'transferring', current, total),
    onOutput: (data) => run.progress.log(vertex, 'stderr', data),
  };
}
