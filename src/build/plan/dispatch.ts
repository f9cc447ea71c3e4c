// Carries the instructions of the needed stages out, one after another, into vertices, config and history.

import type { Instruction, InstructionKind } from '../../../grammar/index.ts';
import { copiedImage, fromContext, fromImage, fromScratch, fromStage } from './base.ts';
import { namedVertex } from './context.ts';
import { dispatchCmd, dispatchEntrypoint, dispatchShell } from './instructions/command.ts';
import { dispatchAdd, dispatchCopy } from './instructions/copy.ts';
import { dispatchArg, dispatchEnv } from './instructions/environment.ts';
import { dispatchExpose } from './instructions/expose.ts';
import { dispatchHealthcheck } from './instructions/healthcheck.ts';
import {
  dispatchLabel,
  dispatchMaintainer,
  dispatchOnbuild,
  dispatchStopsignal,
  dispatchUser,
  dispatchVolume,
} from './instructions/metadata.ts';
import { dispatchRun } from './instructions/run.ts';
import { dispatchWorkdir } from './instructions/workdir.ts';
import { contextFor } from './named-contexts.ts';
import { type Images, imageKey, instructionsOf, type Needs } from './needs.ts';
import { type Problem, ProblemError } from './problem.ts';
import { mountSources } from './run/index.ts';
import { type CopySource, copySource } from './sources.ts';
import type { PlannedStage } from './stages.ts';
import type { Numbering, Planning, StageState } from './state.ts';
import type { CopyOrigin, Dispatch, Step } from './step.ts';
import type { PlannedInstruction } from './triggers.ts';

type Handlers = { readonly [K in InstructionKind]?: Dispatch<Extract<Instruction, { readonly kind: K }>> };

/** By instruction; FROM begins a stage, and what is invalid has been reported. */
const handlers: Handlers = {
  add: dispatchAdd,
  arg: dispatchArg,
  cmd: dispatchCmd,
  copy: dispatchCopy,
  entrypoint: dispatchEntrypoint,
  env: dispatchEnv,
  expose: dispatchExpose,
  healthcheck: dispatchHealthcheck,
  label: dispatchLabel,
  maintainer: dispatchMaintainer,
  onbuild: dispatchOnbuild,
  run: dispatchRun,
  shell: dispatchShell,
  stopsignal: dispatchStopsignal,
  user: dispatchUser,
  volume: dispatchVolume,
  workdir: dispatchWorkdir,
};

/** A plan whose images are all there. */
export interface Resolved {
  readonly planning: Planning;
  readonly stages: readonly PlannedStage[];
  readonly images: Images;
  readonly needs: Needs;
}

/** The needed stages as they end, by index; undefined where the base is missing. */
export type Done = ReadonlyMap<number, StageState | undefined>;

/** Carries out the needed stages; instructions that fail are skipped, what is wrong goes to `problems`. */
export function dispatchStages(plan: Resolved, problems: Problem[]): Done {
  const done = new Map<number, StageState | undefined>();
  for (const stage of plan.stages) {
    if (plan.needs.stages.has(stage.index)) done.set(stage.index, dispatchStage(stage, plan, done, problems));
  }
  return done;
}

function dispatchStage(
  stage: PlannedStage,
  plan: Resolved,
  done: Done,
  problems: Problem[],
): StageState | undefined {
  const { stages, images, planning } = plan;
  const instructions = instructionsOf(stage, stages, images, planning.options.platform);
  let state = begin(stage, numberingOf(stage, instructions, plan), plan, done);
  if (!state) return undefined;
  for (const planned of instructions) {
    try {
      state = advance(planned, state, plan, done);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push({ ...error.problem, ...(planned.shownAt && { range: planned.shownAt }) });
    }
    state = { ...state, ordinal: state.ordinal + 1 };
    if (planning.size.total <= mostText) continue;
    problems.push(tooLarge(planned));
    break;
  }
  return state;
}

/** Far more than real files come to; what is planned is held in memory. */
const mostText = 64 * 1024 * 1024;

function tooLarge({ instruction, shownAt }: PlannedInstruction): Problem {
  return {
    code: 'PLAN_TOO_LARGE',
    message: `the steps up to here come to more than ${mostText} characters`,
    hint: 'Make the variables shorter, or the steps fewer.',
    range: shownAt ?? instruction.range,
  };
}

function begin(
  stage: PlannedStage,
  numbering: Numbering,
  { planning, images }: Resolved,
  done: Done,
): StageState | undefined {
  const { base } = stage;
  const { platform } = planning.options;
  if (base.kind === 'scratch') return fromScratch(stage, numbering, platform);
  if (base.kind === 'stage') {
    const earlier = done.get(base.index);
    return earlier && fromStage(stage, numbering, earlier);
  }
  const context = contextFor(planning.options, base.reference);
  if (context !== undefined && context.kind !== 'image')
    return fromContext(stage, numbering, base.reference, context, planning);
  const image = images.get(imageKey(base.reference, stage.platform ?? platform));
  return image && fromImage(stage, numbering, image, context?.reference ?? base.reference, planning);
}

function advance(
  { instruction, triggered }: PlannedInstruction,
  state: StageState,
  plan: Resolved,
  done: Done,
): StageState {
  const origins = originsOf(instruction, state.stage, plan, done);
  const step: Step = { instruction, state, planning: plan.planning, triggered, ...origins };
  const handle = handlers[instruction.kind] as Dispatch<Instruction> | undefined;
  return handle ? handle(step) : state;
}

function originsOf(
  instruction: Instruction,
  stage: PlannedStage,
  plan: Resolved,
  done: Done,
): Pick<Step, 'from' | 'mountOrigins'> {
  const find = (source: CopySource | undefined) => source && originOf(source, stage, plan, done);
  if (instruction.kind === 'run') return { mountOrigins: mountSources(instruction, plan.stages).map(find) };
  const from = find(copySource(instruction, plan.stages));
  return from ? { from } : {};
}

function originOf(
  source: CopySource,
  { name, index }: PlannedStage,
  { images, planning }: Resolved,
  done: Done,
): CopyOrigin {
  if (source.kind === 'image') {
    const { reference } = source;
    const context = contextFor(planning.options, reference);
    if (context !== undefined && context.kind !== 'image')
      return { vertex: namedVertex(planning, reference, context) };
    const image = images.get(imageKey(reference, planning.options.platform));
    return { vertex: image && copiedImage(planning, image, context?.reference ?? reference) };
  }
  if (done.has(source.index)) return { vertex: done.get(source.index)?.vertex };
  throw new ProblemError({
    code: 'STAGE_ORDER',
    message: `cannot copy from stage "${source.flag.value}", it needs to be defined before current stage "${name ?? index}"`,
    range: source.flag.valueRange ?? source.flag.range,
  });
}

/** BuildKit counts the base, each trigger, and every instruction that may make a layer. */
function numberingOf(
  stage: PlannedStage,
  instructions: readonly PlannedInstruction[],
  { stages, planning: { options } }: Resolved,
): Numbering {
  const counted = instructions.filter(
    ({ instruction, triggered }) => triggered || ['add', 'copy', 'run', 'workdir'].includes(instruction.kind),
  );
  const total = counted.length + (stage.base.kind === 'image' ? 1 : 0);
  const alone = stages.length === 1 && !stage.instructions.some((one) => namesTree(one, stages));
  return {
    label: alone ? undefined : (stage.name ?? `stage-${stage.index}`),
    index: 0,
    total,
    ...(options.severalPlatforms ? { platform: stage.platform ?? options.platform } : {}),
  };
}

/** For BuildKit every mount takes from a tree, be it an empty one. */
function namesTree(instruction: Instruction, stages: readonly PlannedStage[]): boolean {
  if (instruction.kind === 'run') return instruction.mounts.length > 0;
  return copySource(instruction, stages) !== undefined;
}
