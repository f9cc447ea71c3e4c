// SLSA provenance (slsa.dev/provenance/v1) in the terms of BuildKit's build type: who built what from which sources, and how.

import { randomUUID } from 'node:crypto';
import metadata from '../../../package.json' with { type: 'json' };
import { type Descriptor, formatPlatform, hexOf, hostPlatform } from '../../oci/index.ts';
import { rfc3339Nano } from '../export/timestamp.ts';
import type { ExecMount } from '../mounts.ts';
import type { ResolvedSource } from '../remote.ts';
import type { BuildGraph } from '../types.ts';
import { type Definition, definitionOf, definitionParts } from './definition.ts';
import { imagePurl } from './purl.ts';
import { redacted, redactText } from './redact.ts';
import type { ProvenanceRequest } from './types.ts';

/** A finished build, as provenance tells of it. */
export interface BuildFacts {
  readonly graph: BuildGraph;
  readonly sources: readonly ResolvedSource[];
  /** What the context was asked for by, where it is not on this machine. */
  readonly remoteContext?: string;
  readonly dockerfile: { readonly name: string; readonly text: string };
  readonly target?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the working tree of a local context: hints, which nobody checks. */
  readonly vcs?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970; undefined where no time of this machine is to show. */
  readonly times?: { readonly started: number; readonly finished: number };
}

/** How BuildKit's definition of `externalParameters` and `internalParameters` is called. */
const buildType = 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md';

/** The predicate; `layers` are those of the result as written, where they are. Credentials in URLs are left out, and secrets are only named. */
export function provenance(
  facts: BuildFacts,
  { mode, builderId = `pkg:generic/caisson@${metadata.version}` }: ProvenanceRequest,
  layers: readonly Descriptor[] | undefined,
): object {
  const { graph, sources, times, vcs } = facts;
  const definition = definitionOf(graph);
  const max = mode === 'max';
  const complete = !usesLocal(definition);
  return redacted({
    buildDefinition: {
      buildType,
      externalParameters: { configSource: configSource(facts), request: requestOf(facts, definition, max) },
      internalParameters: {
        ...(max ? { buildConfig: definitionParts(definition) } : {}),
        builderPlatform: formatPlatform(hostPlatform()),
      },
      resolvedDependencies: dependencies(sources, graph),
    },
    runDetails: {
      builder: { id: builderId, version: { caisson: metadata.version } },
      metadata: {
        ...(times === undefined ? {} : runTimes(times)),
        buildkit_metadata: {
          ...(vcs === undefined ? {} : { vcs }),
          ...(max ? { source: sourceMap(facts, definition), ...layersOf(graph, definition, layers) } : {}),
        },
        ...(complete && isHermetic(definition) ? { buildkit_hermetic: true } : {}),
        buildkit_completeness: { request: max, resolvedDependencies: complete },
      },
    },
  });
}

function runTimes({ started, finished }: { readonly started: number; readonly finished: number }): object {
  return {
    invocationId: randomUUID(),
    startedOn: rfc3339Nano(started),
    finishedOn: rfc3339Nano(finished),
  };
}

function configSource({ sources, remoteContext, dockerfile }: BuildFacts): object {
  const path = dockerfile.name;
  if (remoteContext === undefined) return { path };
  const resolved = sources.find((source) => source.kind !== 'image' && sameSource(source, remoteContext));
  const digest = resolved && digestOf(resolved);
  return { uri: remoteContext, ...(digest === undefined ? {} : { digest }), path };
}

function sameSource(source: Exclude<ResolvedSource, { readonly kind: 'image' }>, asked: string): boolean {
  return (
    source.asked === redactText(asked) ||
    (source.kind === 'git' && redactText(asked).startsWith(source.remote))
  );
}

/** `min` tells neither arguments nor what secrets are called. */
function requestOf(facts: BuildFacts, definition: Definition, max: boolean): object {
  const { remoteContext } = facts;
  const args = requestArguments(facts);
  const mounts = mountsOf(definition);
  const local = [{ name: 'context' }, { name: 'dockerfile' }];
  return {
    frontend: 'dockerfile.v0',
    ...(max && Object.keys(args).length > 0 ? { args } : {}),
    ...(max ? held(mounts, 'secret', 'secrets') : {}),
    ...(max ? held(mounts, 'ssh', 'ssh') : {}),
    ...(remoteContext === undefined ? { locals: local } : {}),
  };
}

function requestArguments({
  buildArgs,
  labels,
  target,
  remoteContext,
}: BuildFacts): Readonly<Record<string, string>> {
  const prefixed = (prefix: string, values: Readonly<Record<string, string>>): [string, string][] =>
    Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]);
  const args = [
    ...prefixed('build-arg:', buildArgs),
    ...prefixed('label:', labels),
    ...(target === undefined ? [] : [['target', target] as const]),
    ...(remoteContext === undefined ? [] : [['context', remoteContext] as const]),
  ];
  return Object.fromEntries(args.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function mountsOf({ vertices }: Definition): readonly ExecMount[] {
  return [...vertices.values()].flatMap((vertex) => (vertex.kind === 'exec' ? (vertex.mounts ?? []) : []));
}

/** By id, each once; optional where no step needs it. */
function held(mounts: readonly ExecMount[], kind: 'secret' | 'ssh', member: string): object {
  const needed = new Map<string, boolean>();
  for (const mount of mounts)
    if (mount.kind === kind) needed.set(mount.id, (needed.get(mount.id) ?? false) || mount.required);
  const list = [...needed].sort(([a], [b]) => (a < b ? -1 : 1));
  if (list.length === 0) return {};
  return { [member]: list.map(([id, required]) => ({ id, ...(required ? {} : { optional: true }) })) };
}

/** Images of this platform's steps, and everything that was fetched; each once, in the order of their URIs. */
function dependencies(sources: readonly ResolvedSource[], { vertices }: BuildGraph): readonly object[] {
  const images = new Set(
    [...vertices.values()].flatMap((vertex) =>
      vertex.kind === 'image' ? [`${vertex.manifestDigest} ${formatPlatform(vertex.platform)}`] : [],
    ),
  );
  const found = sources
    .filter(
      (source) =>
        source.kind !== 'image' || images.has(`${source.digest} ${formatPlatform(source.platform)}`),
    )
    .map((source) => ({ uri: uriOf(source), digest: digestOf(source) }));
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()].sort((a, b) =>
    a.uri < b.uri ? -1 : 1,
  );
}

function uriOf(source: ResolvedSource): string {
  return source.kind === 'image' ? imagePurl(source.asked, source.platform) : source.asked;
}

function digestOf(source: ResolvedSource): Readonly<Record<string, string>> {
  if (source.kind !== 'git') return { sha256: hexOf(source.digest) };
  return source.commit.length === 64 ? { sha256: source.commit } : { sha1: source.commit };
}

function usesLocal({ vertices }: Definition): boolean {
  return [...vertices.values()].some(({ kind }) => kind === 'context' || kind === 'tree');
}

/** Whether no step could reach a network. */
function isHermetic({ vertices }: Definition): boolean {
  return [...vertices.values()].every((vertex) => vertex.kind !== 'exec' || vertex.network === 'none');
}

/** Where each step stands, and the Dockerfile itself. */
function sourceMap({ dockerfile }: BuildFacts, { names, vertices }: Definition): object {
  const locations = [...vertices.values()].flatMap((vertex) => {
    const name = names.get(vertex.id);
    if (name === undefined || vertex.kind === 'config') return [];
    const line = vertex.location?.line;
    const range = { start: { line }, end: { line } };
    return [[name, line === undefined ? {} : { locations: [{ ranges: [range] }] }] as const];
  });
  const data = Buffer.from(redactText(dockerfile.text)).toString('base64');
  const info = { filename: dockerfile.name, language: 'Dockerfile', data };
  return { locations: Object.fromEntries(locations), infos: [info] };
}

/** The layers that the result had after each of its steps. */
function layersOf(
  { image: { base, history } }: BuildGraph,
  { names }: Definition,
  layers: readonly Descriptor[] | undefined,
): object {
  if (layers === undefined) return {};
  const inherited = base?.rootfs.diff_ids.length ?? 0;
  const made = history.flatMap(({ vertex }) => (vertex === undefined ? [] : [vertex]));
  if (made.length !== layers.length - inherited) return {};
  const entries = made.map((vertex, position) => [
    `${names.get(vertex) ?? vertex}:0`,
    [
      layers
        .slice(0, inherited + position + 1)
        .map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
    ],
  ]);
  return { layers: Object.fromEntries(entries) };
}
