// Carries the variables of a stage along its instructions, so that each step knows what it meets.

import {
  type Arg,
  type ArgDeclaration,
  type Dockerfile,
  type Env,
  expandWord,
  type Instruction,
  type InstructionKind,
} from '../../../grammar/index.ts';
import { growingMap } from '../plan/growing-map.ts';
import { instructionsOf } from '../plan/needs.ts';
import { ProblemError } from '../plan/problem.ts';
import type { PlannedStage } from '../plan/stages.ts';
import type { PlannedInstruction } from '../plan/triggers.ts';
import { linesOf } from './lines.ts';
import type { CheckInput, StageFacts, StageModel, StageState, Step, Variables } from './model.ts';

/** What is the same for all steps of a file. */
export interface StepScope {
  readonly ast: Dockerfile;
  readonly input: CheckInput;
  readonly stages: readonly PlannedStage[];
}

/** The steps of a stage, its base's triggers first, and the state after them. */
export function readSteps(
  stage: StageFacts,
  planned: PlannedStage,
  scope: StepScope,
): Pick<StageModel, 'steps' | 'end'> {
  const steps: Step[] = [];
  const last = new Map<InstructionKind, Step>();
  let state = stateAtStart(stage);
  for (const { instruction, triggered } of carriedOut(planned, scope)) {
    const step: Step = {
      ...state,
      stage,
      instruction,
      lines: triggered ? stage.lines : linesOf(instruction),
      triggered,
      ordinal: steps.length,
      previous: steps.at(-1),
      last: new Map(last),
    };
    steps.push(step);
    last.set(instruction.kind, step);
    state = stateAfter(instruction, state, stage, scope);
  }
  return { steps, end: state };
}

function carriedOut(planned: PlannedStage, { stages, input }: StepScope): readonly PlannedInstruction[] {
  try {
    return instructionsOf(planned, stages, input.images, input.platform);
  } catch (error) {
    // A malformed trigger of the base image: said when the file is planned.
    if (!(error instanceof ProblemError)) throw error;
    return planned.instructions.map((instruction) => ({ instruction, triggered: false }));
  }
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function stateAtStart({ parent, image, base, from }: StageFacts): StageState {
  if (parent) return parent.end;
  const { Env = [], Shell = [], User = '' } = image?.config.config ?? {};
  const variables = Env.map(
    (entry) => [entry.split('=', 1)[0] ?? '', entry.replace(/^[^=]*=?/, '')] as const,
  );
  const hasPath = variables.some(([name]) => name === 'PATH');
  return {
    environment: growingMap([...variables, ...(hasPath ? [] : [['PATH', defaultPath] as const])]),
    complete: image !== undefined || (base?.text ?? from.image.text) === 'scratch',
    declared: new Set(),
    shell: Shell,
    user: User,
    workdirSet: false,
  };
}

function stateAfter(
  instruction: Instruction,
  state: StageState,
  stage: StageFacts,
  scope: StepScope,
): StageState {
  const expand = (text: string) => expanded(text, state.environment, scope.ast.escape);
  switch (instruction.kind) {
    case 'arg':
      return afterArg(instruction, state, stage, scope);
    case 'env':
      return { ...state, environment: afterEnv(instruction, state.environment, expand) };
    case 'shell':
      return { ...state, shell: instruction.args.map(({ text }) => text) };
    case 'user':
      return { ...state, user: expand(instruction.user.text) };
    case 'workdir':
      return state.workdirSet ? state : { ...state, workdirSet: true };
    default:
      return state;
  }
}

function afterEnv({ pairs }: Env, before: Variables, expand: (text: string) => string): Variables {
  const set = pairs.map(({ key, value }) => [expand(key), expand(value)] as const);
  return before.with(set, 'end');
}

function afterArg(instruction: Arg, before: StageState, stage: StageFacts, scope: StepScope): StageState {
  let environment = before.environment;
  for (const declaration of instruction.args) {
    const value = argumentValue(declaration, environment, stage, scope);
    if (value !== undefined) environment = environment.with([[declaration.name, value]], 'end');
  }
  const declared = new Set([...before.declared, ...instruction.args.map(({ name }) => name)]);
  return { ...before, environment, declared };
}

function argumentValue(
  { name, value }: ArgDeclaration,
  environment: Variables,
  { globals }: StageFacts,
  { ast, input }: StepScope,
): string | undefined {
  if (Object.hasOwn(input.buildArgs, name)) return input.buildArgs[name];
  return value === undefined ? globals.values.get(name) : expanded(value, environment, ast.escape);
}

/** Text that cannot be expanded stays: the planner says what is wrong with it. */
function expanded(text: string, environment: Variables, mark: Dockerfile['escape']): string {
  try {
    const { text: result } = expandWord(text, environment, { escape: mark });
    return result.length <= text.length + mostGrowth ? result : text;
  } catch {
    return text;
  }
}

/** What planning allows; a few lines that double each other would fill any memory. */
const mostGrowth = 262_144;
