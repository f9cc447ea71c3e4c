// How a stage begins: from nothing, from an image, or where an earlier stage ended.

import type { VertexId } from '../../core/index.ts';
import { chainId, type ExecutionConfig, type Platform, parseReference } from '../../oci/index.ts';
import type { ImageRecord } from '../../store/index.ts';
import { type FileContext, namedVertex } from './context.ts';
import { growingMap } from './growing-map.ts';
import { numberStep } from './names.ts';
import { joinDirectory } from './paths.ts';
import type { PlannedStage } from './stages.ts';
import { addVertex, type Numbering, type Planning, placeOf, type StageState, withHistory } from './state.ts';

const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A stage that stands on nothing. */
export function fromScratch(stage: PlannedStage, numbering: Numbering, platform: Platform): StageState {
  return { ...blank(stage, numbering), ...startOf({ WorkingDir: '/' }), platform, ordinal: 1 };
}

/** A stage that goes on where `base` ended: all but its triggers and its CMD's standing is taken over. */
export function fromStage(stage: PlannedStage, numbering: Numbering, base: StageState): StageState {
  const { OnBuild: _, ...config } = base.config;
  return { ...base, stage, numbering, config, commandSet: false, ordinal: 1 };
}

/** A stage that stands on an image; one without layers is an empty root with a config. */
export function fromImage(
  stage: PlannedStage,
  numbering: Numbering,
  image: ImageRecord,
  reference: string,
  planning: Planning,
): StageState {
  const { history, rootfs, author } = image.config;
  const start: StageState = {
    ...blank(stage, numbering),
    ...startOf(image.config.config ?? {}),
    author,
    platform: image.platform,
    base: { rootfs, ...(history && { history }) },
  };
  if (rootfs.diff_ids.length === 0) return { ...start, ordinal: 1 };
  const named = numberStep(start, `FROM ${pinned(reference, image)}`);
  const place = placeOf(planning, start, stage.from.range);
  return { ...named.state, vertex: imageVertex(planning, image, reference, named.name, place), ordinal: 1 };
}

/** A stage that stands on the files of a context named as its base. */
export function fromContext(
  stage: PlannedStage,
  numbering: Numbering,
  reference: string,
  context: FileContext,
  planning: Planning,
): StageState {
  const start = fromScratch(stage, numbering, stage.platform ?? planning.options.platform);
  const from = namedVertex(planning, reference, context);
  if (from === undefined) return start;
  const vertex = addVertex(planning, {
    kind: 'copy',
    name: `[context ${stage.from.image.text}] FROM`,
    ...placeOf(planning, start, stage.from.range),
    instruction: 'COPY',
    input: undefined,
    from,
    sources: ['.'],
    files: [],
    destination: '/',
    chown: undefined,
    chmod: undefined,
    unpack: false,
  });
  return withHistory({ ...start, vertex }, `FROM ${stage.from.image.text}`, vertex);
}

/** The vertex of an image that a COPY takes from. */
export function copiedImage(planning: Planning, image: ImageRecord, reference: string): VertexId | undefined {
  if (image.config.rootfs.diff_ids.length === 0) return undefined;
  const slot = `${planning.options.dockerfile.name}|image|${reference}`;
  return imageVertex(planning, image, reference, `FROM ${pinned(reference, image)}`, { slot });
}

function blank(stage: PlannedStage, numbering: Numbering): Omit<StageState, 'platform' | keyof Start> {
  return {
    stage,
    vertex: undefined,
    author: undefined,
    base: undefined,
    history: undefined,
    buildArguments: [],
    commandSet: false,
    numbering,
    ordinal: 0,
  };
}

function imageVertex(
  planning: Planning,
  image: ImageRecord,
  reference: string,
  name: string,
  place: Pick<ReturnType<typeof placeOf>, 'slot'>,
): VertexId {
  const { manifestDigest, platform, config } = image;
  const layers = chainId(config.rootfs.diff_ids);
  const definition = {
    kind: 'image',
    name,
    ...place,
    reference,
    manifestDigest,
    chainId: layers,
    platform,
  } as const;
  return addVertex(planning, definition);
}

function pinned(reference: string, { manifestDigest }: ImageRecord): string {
  return parseReference(reference).digest === undefined ? `${reference}@${manifestDigest}` : reference;
}

type Start = Pick<StageState, 'config' | 'environment' | 'env' | 'labels' | 'ports' | 'volumes'>;

/** Triggers run now and go no further; PATH is always set. */
function startOf({ OnBuild: _, Env, Labels, ExposedPorts, Volumes, ...config }: ExecutionConfig): Start {
  const { WorkingDir: directory } = config;
  const env = withPath(Env ?? []);
  return {
    config: { ...config, ...(directory && { WorkingDir: joinDirectory('/', directory) }) },
    environment: growingMap(env.map(variable)),
    env: growingMap(keyed(env)),
    labels: growingMap(Object.entries(Labels ?? {})),
    ports: growingMap(Object.entries(ExposedPorts ?? {})),
    volumes: growingMap(Object.entries(Volumes ?? {})),
  };
}

function withPath(env: readonly string[]): readonly string[] {
  const hasPath = env.some((entry) => entry === 'PATH' || entry.startsWith('PATH='));
  return hasPath ? env : [...env, defaultPath];
}

/** A variable that an image sets twice stays twice, under a key that no name is; ENV then changes the first. */
function keyed(env: readonly string[]): readonly (readonly [string, string])[] {
  const seen = new Set<string>();
  return env.map((entry, index) => {
    const [name] = variable(entry);
    const key = seen.has(name) ? `${index}=` : name;
    seen.add(name);
    return [key, entry];
  });
}

function variable(entry: string): readonly [name: string, value: string] {
  const equals = entry.indexOf('=');
  return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
}
