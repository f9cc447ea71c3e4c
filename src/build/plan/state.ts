// What a stage has come to after some of its instructions: the step it stands on, its variables, its image.

import type { Range } from '../../../grammar/index.ts';
import type { VertexId } from '../../core/index.ts';
import {
  type ExecutionConfig,
  formatPlatform,
  type ImageConfig,
  type Platform,
  sha256,
} from '../../oci/index.ts';
import { definitionText, type VertexDefinition } from '../graph/index.ts';
import type { ImageTemplate, PlanOptions, Vertex } from '../types.ts';
import type { GrowingMap } from './growing-map.ts';
import type { PlannedStage } from './stages.ts';

/** A variable declared by ARG; `value` is undefined when nothing gives one. */
export interface BuildArgument {
  readonly name: string;
  readonly value: string | undefined;
}

/** A stage after some of its instructions. */
export interface StageState {
  readonly stage: PlannedStage;
  /** undefined: an empty root. */
  readonly vertex: VertexId | undefined;
  /** Variables of ENV and ARG, in the order they were last set. */
  readonly environment: GrowingMap<string>;
  /** The image's variables, whole, in the order they were first set. */
  readonly env: GrowingMap<string>;
  readonly labels: GrowingMap<string>;
  readonly ports: GrowingMap<Present>;
  readonly volumes: GrowingMap<Present>;
  readonly config: PlainConfig;
  readonly author: string | undefined;
  /** What the image says it runs on. */
  readonly platform: Platform;
  readonly base: Pick<ImageConfig, 'history' | 'rootfs'> | undefined;
  readonly history: HistoryLink | undefined;
  readonly buildArguments: readonly BuildArgument[];
  /** Whether CMD stood in this stage: then ENTRYPOINT leaves it. */
  readonly commandSet: boolean;
  readonly numbering: Numbering;
  /** Instructions carried out so far, FROM included. */
  readonly ordinal: number;
}

/** The newest entry of a stage's history, and those before it: a stage has a state after each instruction, and all share their past. */
export interface HistoryLink {
  readonly before: HistoryLink | undefined;
  readonly entry: ImageTemplate['history'][number];
}

/** The image's config but for what instructions add to entry by entry. */
export type PlainConfig = Omit<ExecutionConfig, 'Env' | 'Labels' | 'ExposedPorts' | 'Volumes'>;

/** How the steps of a stage are counted in their names. */
export interface Numbering {
  /** undefined: the only stage of its file. */
  readonly label: string | undefined;
  /** The stage's platform, in a build for several. */
  readonly platform?: Platform;
  readonly index: number;
  readonly total: number;
}

/** What all stages of one plan share. */
export interface Planning {
  readonly options: PlanOptions;
  readonly escape: '\\' | '`';
  /** The ARGs before the first FROM, over the platform's. */
  readonly globalArguments: ReadonlyMap<string, string>;
  /** Filled while planning; inputs come before their users. */
  readonly vertices: Map<VertexId, Vertex>;
  /** Characters of all definitions so far: a few lines of a hostile file can name very much. */
  readonly size: { total: number };
}

/** Adds a vertex to the plan, unless an equal one is there, and returns its id. */
export function addVertex(planning: Planning, definition: VertexDefinition): VertexId {
  const text = definitionText(definition);
  planning.size.total += text.length;
  const id = sha256(text);
  const vertex: Vertex = { ...definition, id };
  if (!planning.vertices.has(id) || definition.noCache) planning.vertices.set(id, vertex);
  return id;
}

/** Where an instruction stands and which step of the build it is, as vertices keep it. */
export function placeOf(
  planning: Planning,
  state: StageState,
  range: Range,
): Pick<Vertex, 'location' | 'slot' | 'noCache'> {
  const { dockerfile, noCacheFilter = [], severalPlatforms, platform } = planning.options;
  const { name } = dockerfile;
  const stage = [
    ...(severalPlatforms ? [formatPlatform(platform)] : []),
    state.stage.name ?? state.stage.index,
  ].join('|');
  return {
    location: { file: name, line: range.start.line, column: range.start.column },
    slot: `${name}|${stage}|${state.ordinal}`,
    ...(noCacheFilter.some((one) => one.toLowerCase() === state.stage.name) ? { noCache: true } : {}),
  };
}

/** Adds a history entry; `vertex` is the step that makes its layer. */
export function withHistory(state: StageState, createdBy: string, vertex?: VertexId): StageState {
  const entry = { created_by: createdBy, comment: historyComment };
  const kind = vertex === undefined ? { empty_layer: true } : { vertex };
  return { ...state, history: { before: state.history, entry: { ...entry, ...kind } } };
}

/** The history of a stage, oldest first. */
export function historyOf({ history }: StageState): ImageTemplate['history'] {
  const entries: HistoryLink['entry'][] = [];
  for (let link = history; link !== undefined; link = link.before) entries.push(link.entry);
  return entries.reverse();
}

/** Sets keys of the image's config. */
export function withConfig(state: StageState, changes: PlainConfig): StageState {
  return { ...state, config: { ...state.config, ...changes } };
}

/** Sets variables for the steps that follow; they move to the end of the environment, as in BuildKit. */
export function withVariables(
  state: StageState,
  variables: readonly (readonly [string, string])[],
): StageState {
  return { ...state, environment: state.environment.with(variables, 'end') };
}

/** The value of those members of the image's config that are sets. */
export const present: Present = {};

type Present = Readonly<Record<string, never>>;

const historyComment = 'buildkit.dockerfile.v0';
