// A whole build: Dockerfile and context in, image out.

import type { Readable } from 'node:stream';
import { CaissonError, type EventSink, Scope } from '../core/index.ts';
import type { Network } from '../network/index.ts';
import { type Digest, formatPlatform, hostPlatform, type Platform } from '../oci/index.ts';
import type { ImageRecord } from '../store/index.ts';
import {
  type CheckReport,
  type CheckRequest,
  checkRequest,
  ignoreFile,
  imageFinder,
  type Outline,
  outlineRequest,
  planChecked,
} from './check/index.ts';
import { withSourceLines } from './excerpt.ts';
import { type ExecRequest, execHosts, execPlanOptions, execServices } from './exec-request.ts';
import { checkOutputs, exportOutcome } from './export/export.ts';
import { completeOutputs, type OutputDefaults } from './export/outputs.ts';
import { parseEpoch } from './export/timestamp.ts';
import type { BuildOutcome, ExportServices, OutputResult } from './export/types.ts';
import { formatGraph, type GraphFormat } from './graph/index.ts';
import { withVertex } from './phase.ts';
import { planBuild } from './plan/index.ts';
import type { ResolvedSource } from './remote.ts';
import { remoteAccess, withContextAgent } from './remote-access.ts';
import { type ContextReport, contextReport } from './reports/index.ts';
import { joinGraphs } from './solve/graph.ts';
import { createSandboxPool } from './solve/sandboxes.ts';
import { solveGraph } from './solve/solve.ts';
import type { Solution, SolveServices } from './solve/types.ts';
import { type OpenedSources, openSources, type SourceServices } from './sources/index.ts';
import type { BuildGraph, PlanOptions, StepGraph } from './types.ts';

/** What to build. */
export interface BuildRequest extends ExecRequest, OutputDefaults {
  /** A folder, an archive, a URL of a Git repository, an archive or a Dockerfile, or `-` for standard input. */
  readonly context: string;
  /** A file, a URL, or `-` for standard input; default `Dockerfile` in the context. */
  readonly dockerfile?: string;
  /** What takes the place of images and stages, by name: folders, URLs, `docker-image://…`, `oci-layout://…`. */
  readonly namedContexts?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: Readable;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly target?: string;
  /** One image each, under one index when they are several; default this machine's. */
  readonly platforms?: readonly Platform[];
  readonly network?: 'default' | 'host' | 'none';
  readonly noCache: boolean;
  readonly explain: boolean;
  /** Steps that run at once; default the number of cores. */
  readonly parallelism?: number;
}

/** The rooms a build uses. */
export interface BuildServices extends Pick<SolveServices, 'store' | 'runtime'>, ExportServices {
  readonly network: Network;
  /** Finds base images; default those in the store. Throws `IMAGE_NOT_FOUND`. */
  readonly resolveImage?: PlanOptions['resolveImage'];
}

/** How a build is watched and stopped. */
export interface BuildOptions {
  readonly onEvent: EventSink;
  readonly signal: AbortSignal;
}

/** What a build made. */
export interface BuiltImage {
  /** The image in the store, where one was asked for. */
  readonly image?: ImageRecord;
  /** Of the manifest, or of the index of several platforms; where an image was asked for in any form. */
  readonly manifestDigest?: Digest;
  /** Digest of the image config. */
  readonly imageId?: Digest;
  readonly outputs: readonly OutputResult[];
  readonly names: readonly string[];
  readonly steps: Solution['steps'];
  /** What the build was made from: images and remote sources, and what they were resolved to. */
  readonly sources: readonly ResolvedSource[];
}

/**
 * Builds an image and adds it to the store under its tags. Throws `DOCKERFILE_NOT_FOUND`, `DOCKERFILE_INVALID`, `CONTEXT_NOT_FOUND`,
 * `STEP_FAILED`, `INTERRUPTED`, `DISK_FULL` and what the rooms below throw.
 */
export async function build(
  request: BuildRequest,
  services: BuildServices,
  options: BuildOptions,
): Promise<BuiltImage> {
  const { onEvent } = options;
  const epoch = epochOf(request);
  const outputs = completeOutputs(request);
  checkOutputs(outputs, services);
  await using scope = new Scope();
  const lease = scope.use(services.store.lease());
  const given = execServices(withContextAgent(request));
  const remote = remoteAccess(given, request.buildArgs);
  const opening = { ...options, store: services.store, lease, scope, access: remote };
  const inputs = await openInputs(request, opening);
  const graphs = await planAndCheck(request, services, inputs, onEvent);
  warn(graphs, inputs, onEvent);
  const sandboxes = scope.use(
    createSandboxPool(services.network, services.store, execHosts(request, request.buildArgs)),
  );
  const solution = await solve(
    joinGraphs(graphs),
    inputs,
    request,
    { ...services, ...given, remote, sandboxes },
    options,
  );
  const [{ descriptor, ...exported }] = await Promise.all([
    exportOutcome(outcomeOf(graphs, solution, epoch), outputs, services, options),
    sandboxes[Symbol.asyncDispose](),
  ]);
  return {
    ...exported,
    ...(descriptor === undefined ? {} : { manifestDigest: descriptor.digest }),
    steps: solution.steps,
    sources: [...inputs.sources, ...solution.sources],
  };
}

/** Checks a build without running it. Throws what reading the inputs throws; what is wrong with the file is in the report. */
export function check(request: CheckRequest, services: BuildServices): Promise<CheckReport> {
  return checkRequest(request, imageResolver(services));
}

/** What the target of a build can be given. Throws as planning does. */
export function outline(request: CheckRequest, services: BuildServices): Promise<Outline> {
  return outlineRequest(request, imageResolver(services));
}

/** The graph that {@link build} would solve, as text; ends with a line feed. Throws as planning does. */
export function planRequest(
  request: BuildRequest,
  services: BuildServices,
  format: GraphFormat,
): Promise<string> {
  return withInputs(request, services, async (inputs) => {
    const graphs = await planAll(request, services, inputs);
    return graphs.map((graph) => formatGraph(graph, format)).join('');
  });
}

/** What the context of a build is made of. Throws `CONTEXT_EMPTY` where there is none. */
export function contextSizes(request: BuildRequest, services: BuildServices): Promise<ContextReport> {
  return withInputs(request, services, async ({ folders }) => {
    const context = folders.get('context');
    if (context) return contextReport(context.tree);
    throw new CaissonError('CONTEXT_EMPTY', `The build from "${request.context}" has no context`, {
      hint: 'Give a folder, an archive or a repository.',
    });
  });
}

/** Opens a build's inputs without showing it; what was fetched goes when `work` has ended. */
async function withInputs<T>(
  request: BuildRequest,
  { store }: BuildServices,
  work: (inputs: OpenedSources) => Promise<T>,
): Promise<T> {
  await using scope = new Scope();
  const lease = scope.use(store.lease());
  const access = remoteAccess(execServices(withContextAgent(request)), request.buildArgs);
  const { signal } = new AbortController();
  const onEvent = (): void => undefined;
  return await work(await openSources(request, { store, lease, scope, access, signal, onEvent }));
}

/** What fetching shows comes as steps of its own. */
function openInputs(request: BuildRequest, services: SourceServices): Promise<OpenedSources> {
  return withVertex(services.onEvent, definitionVertex, () => openSources(request, services));
}

const definitionVertex = '[internal] load build definition';

/** Checks once, for the first platform, with the images that planning found. */
function planAndCheck(
  request: BuildRequest,
  services: BuildServices,
  inputs: OpenedSources,
  onEvent: EventSink,
): Promise<readonly BuildGraph[]> {
  const [platform = hostPlatform()] = platformsOf(request);
  const options = planOptions(request, services, inputs, platform);
  const { resolveImage, found: images } = imageFinder(options.resolveImage, false);
  const checked = {
    ...options,
    ...options.dockerfile,
    images,
    ...(inputs.local ? ignoreFile(inputs.local) : {}),
  };
  return planChecked(checked, { onEvent, vertex: definitionVertex }, () =>
    planAll(request, { ...services, resolveImage }, inputs),
  );
}

function planAll(
  request: BuildRequest,
  services: BuildServices,
  inputs: OpenedSources,
): Promise<readonly BuildGraph[]> {
  return Promise.all(
    platformsOf(request).map((platform) => planBuild(planOptions(request, services, inputs, platform))),
  );
}

/** Each once, in the order asked for. */
function platformsOf({ platforms = [] }: BuildRequest): readonly Platform[] {
  if (platforms.length === 0) return [hostPlatform()];
  return [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()];
}

function warn(
  graphs: readonly BuildGraph[],
  { dockerfile: { name } }: OpenedSources,
  onEvent: EventSink,
): void {
  const messages = graphs.flatMap(({ diagnostics }) =>
    diagnostics
      // Told by the check NoEmptyContinuation.
      .filter(({ code }) => code !== 'blank-continuation')
      .map(({ message, range }) => `${name}:${range.start.line}: ${message}`),
  );
  for (const message of new Set(messages)) onEvent({ kind: 'warning', message, time: Date.now() });
}

function epochOf({ buildArgs }: BuildRequest): number | undefined {
  return parseEpoch(buildArgs['SOURCE_DATE_EPOCH'] ?? process.env['SOURCE_DATE_EPOCH']);
}

function planOptions(
  request: BuildRequest,
  services: BuildServices,
  inputs: OpenedSources,
  platform: Platform,
): PlanOptions {
  const { buildArgs, labels, target, network, noCache } = request;
  const buildPlatform = hostPlatform();
  return {
    dockerfile: { text: inputs.dockerfile.text, name: inputs.dockerfile.name },
    context: inputs.context,
    namedContexts: inputs.namedContexts,
    buildArgs,
    labels,
    platform,
    buildPlatform,
    severalPlatforms: platformsOf(request).length > 1,
    noCache,
    ...execPlanOptions(request),
    resolveImage: imageResolver(services),
    ...(target === undefined ? {} : { target }),
    ...(network === undefined ? {} : { network }),
  };
}

function imageResolver(services: BuildServices): PlanOptions['resolveImage'] {
  return services.resolveImage ?? ((reference, wanted) => fromStore(services, reference, wanted));
}

async function fromStore(
  { store }: BuildServices,
  reference: string,
  platform: Platform,
): Promise<ImageRecord> {
  const image = store.images.find(reference, platform);
  if (image !== undefined) return image;
  const others = store.images.findIndex(reference)?.images.map((other) => formatPlatform(other.platform));
  if (others !== undefined)
    throw new CaissonError(
      'IMAGE_NOT_FOUND',
      `no match for platform in manifest: "${reference}" has no image for ${formatPlatform(platform)}`,
      { hint: `It has ${others.join(', ')}.` },
    );
  throw new CaissonError('IMAGE_NOT_FOUND', `The image "${reference}" is not in the store`, {
    hint: 'Load or import it first: see `caisson load` and `caisson import`.',
  });
}

async function solve(
  graph: StepGraph,
  inputs: OpenedSources,
  request: BuildRequest,
  services: Omit<SolveServices, 'contexts' | 'project'>,
  options: BuildOptions,
): Promise<Solution> {
  const { noCache, explain, parallelism } = request;
  const { project, folders: contexts } = inputs;
  const limits = parallelism === undefined ? {} : { parallelism };
  try {
    return await solveGraph(
      graph,
      { ...services, project, contexts },
      { ...options, noCache, explain, ...limits },
    );
  } catch (error) {
    throw withSourceLines(error, inputs.dockerfile.text);
  }
}

function outcomeOf(
  graphs: readonly BuildGraph[],
  { targets, steps }: Solution,
  epoch: number | undefined,
): BuildOutcome {
  return {
    platforms: graphs.map(({ image }, index) => ({
      platform: image.platform,
      template: image,
      layers: targets[index] ?? [],
    })),
    changed: steps.ran > 0,
    ...(epoch === undefined ? {} : { epoch }),
  };
}
