// ENV and ARG: variables of the image and of the build.

import type { Arg, ArgDeclaration, Env } from '../../../../grammar/index.ts';
import { scanArguments } from '../scans.ts';
import { type BuildArgument, type StageState, withVariables } from '../state.ts';
import { type Dispatch, expanded, type Step } from '../step.ts';
import { configured } from './config.ts';

/** ENV: all values are expanded with the variables as they were before the instruction. */
export const dispatchEnv: Dispatch<Env> = (step) => {
  const pairs = step.instruction.pairs.map(
    ({ key, value, keyRange, valueRange }) =>
      [expanded(step, key, keyRange), expanded(step, value, valueRange)] as const,
  );
  const texts = pairs.map(([name, value]) => `${name}=${value}`);
  const env = step.state.env.with(pairs.map(([name], index) => [name, texts[index] ?? '']));
  const state = { ...withVariables(step.state, pairs), env };
  return configured(step, state, `ENV ${texts.join(' ')}`);
};

/** ARG: the value given to the build, else the default, else the global ARG's. */
export const dispatchArg: Dispatch<Arg> = (step) => {
  const declared: BuildArgument[] = [];
  let state = step.state;
  for (const declaration of step.instruction.args) {
    const argument = { name: declaration.name, value: argumentValue({ ...step, state }, declaration) };
    declared.push(argument);
    state = declare(state, argument);
  }
  return configured(step, state, `ARG ${declared.map(written).join(' ')}`);
};

function argumentValue(step: Step, { name, value, range }: ArgDeclaration): string | undefined {
  const { options, globalArguments } = step.planning;
  if (Object.hasOwn(options.buildArgs, name)) return options.buildArgs[name];
  return value === undefined ? globalArguments.get(name) : expanded(step, value, range);
}

function declare(state: StageState, argument: BuildArgument): StageState {
  const { name, value } = argument;
  const known = { ...state, buildArguments: [...state.buildArguments, argument] };
  return value === undefined || scanArguments.has(name) ? known : withVariables(known, [[name, value]]);
}

function written({ name, value }: BuildArgument): string {
  return value === undefined ? name : `${name}=${value}`;
}
