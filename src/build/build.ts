// A whole build: Dockerfile and context in, image out.

import { realpathSync } from 'node:fs';
import { CaissonError, type EventSink, Scope } from '../core/index.ts';
import type { Network } from '../network/index.ts';
import { type Digest, formatPlatform, hostPlatform, type Platform } from '../oci/index.ts';
import { explainFullDisk, type ImageRecord, type Store } from '../store/index.ts';
import { openContext } from './context/index.ts';
import { type BuildInputs, readInputs } from './dockerfile.ts';
import { withSourceLines } from './excerpt.ts';
import { type AssembleOptions, addIndex, assembleImage } from './export/image.ts';
import { parseEpoch } from './export/timestamp.ts';
import { formatGraph, type GraphFormat } from './graph/index.ts';
import { withVertex } from './phase.ts';
import { planBuild } from './plan/index.ts';
import { joinGraphs } from './solve/graph.ts';
import { contextIndexFile } from './solve/manifests.ts';
import { createSandboxPool } from './solve/sandboxes.ts';
import { solveGraph } from './solve/solve.ts';
import type { Solution, SolveServices } from './solve/types.ts';
import type { BuildGraph, PlanOptions, StepGraph } from './types.ts';

/** What to build. */
export interface BuildRequest {
  /** The context's folder. */
  readonly context: string;
  /** Default: `Dockerfile` in the context. */
  readonly dockerfile?: string;
  readonly tags: readonly string[];
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
export interface BuildServices extends Pick<SolveServices, 'store' | 'runtime'> {
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
  readonly image: ImageRecord;
  readonly manifestDigest: Digest;
  /** Digest of the image config. */
  readonly imageId: Digest;
  readonly names: readonly string[];
  readonly steps: Solution['steps'];
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
  const inputs = await withVertex(onEvent, '[internal] load build definition', async () =>
    readInputs(request.context, request.dockerfile),
  );
  const graphs = await planAll(request, services, inputs);
  warn(graphs, inputs, onEvent);
  await using scope = new Scope();
  scope.use(services.store.lease());
  const sandboxes = scope.use(createSandboxPool(services.network, services.store));
  const solution = await solve(joinGraphs(graphs), inputs, request, { ...services, sandboxes }, options);
  const naming = { names: request.tags, changed: solution.steps.ran > 0, epoch };
  const [image] = await Promise.all([
    withVertex(onEvent, 'exporting to image', () => exportImages(graphs, solution, naming, services.store)),
    sandboxes[Symbol.asyncDispose](),
  ]);
  return {
    image,
    manifestDigest: image.manifestDigest,
    imageId: image.id,
    names: image.names,
    steps: solution.steps,
  };
}

/** The graph that {@link build} would solve, as text; ends with a line feed. Throws as planning does. */
export async function planRequest(
  request: BuildRequest,
  services: BuildServices,
  format: GraphFormat,
): Promise<string> {
  const inputs = readInputs(request.context, request.dockerfile);
  const graphs = await planAll(request, services, inputs);
  return graphs.map((graph) => formatGraph(graph, format)).join('');
}

function planAll(
  request: BuildRequest,
  services: BuildServices,
  inputs: BuildInputs,
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

function warn(graphs: readonly BuildGraph[], { name }: BuildInputs, onEvent: EventSink): void {
  const messages = graphs.flatMap(({ diagnostics }) =>
    diagnostics.map(({ message, range }) => `${name}:${range.start.line}: ${message}`),
  );
  for (const message of new Set(messages)) onEvent({ kind: 'warning', message, time: Date.now() });
}

function epochOf({ buildArgs }: BuildRequest): number | undefined {
  return parseEpoch(buildArgs['SOURCE_DATE_EPOCH'] ?? process.env['SOURCE_DATE_EPOCH']);
}

function planOptions(
  request: BuildRequest,
  services: BuildServices,
  inputs: BuildInputs,
  platform: Platform,
): PlanOptions {
  const { buildArgs, labels, target, network, noCache } = request;
  const buildPlatform = hostPlatform();
  return {
    dockerfile: { text: inputs.text, name: inputs.name },
    buildArgs,
    labels,
    platform,
    buildPlatform,
    severalPlatforms: platformsOf(request).length > 1,
    noCache,
    resolveImage: services.resolveImage ?? ((reference, wanted) => fromStore(services, reference, wanted)),
    ...(target === undefined ? {} : { target }),
    ...(network === undefined ? {} : { network }),
  };
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
  inputs: BuildInputs,
  request: BuildRequest,
  services: Omit<SolveServices, 'contexts' | 'project'>,
  options: BuildOptions,
): Promise<Solution> {
  const { noCache, explain, parallelism } = request;
  const tree = openContext(inputs.context, inputs.dockerfile);
  const context = { tree, indexFile: contextIndexFile(services.store, inputs.context) };
  const project = `${realpathSync(inputs.dockerfile)}|${inputs.context}`;
  const limits = parallelism === undefined ? {} : { parallelism };
  try {
    const contexts = new Map([['context', context]]);
    return await solveGraph(
      graph,
      { ...services, project, contexts },
      { ...options, noCache, explain, ...limits },
    );
  } catch (error) {
    throw withSourceLines(error, inputs.text);
  }
}

async function exportImages(
  graphs: readonly BuildGraph[],
  { targets }: Solution,
  naming: AssembleOptions,
  store: Store,
): Promise<ImageRecord> {
  const assemble = (graph: BuildGraph, index: number, names: readonly string[]) =>
    assembleImage(graph.image, targets[index] ?? [], store, { ...naming, names });
  try {
    const [only] = graphs;
    if (only !== undefined && graphs.length === 1) return await assemble(only, 0, naming.names);
    const images = await Promise.all(graphs.map((graph, index) => assemble(graph, index, [])));
    return addIndex(images, naming.names, store);
  } catch (error) {
    throw explainFullDisk(error, store.root);
  }
}
