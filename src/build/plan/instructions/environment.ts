// ENV and ARG: variables of the image and of the build.

import type { Arg, ArgDeclaration, Env } from '../../../../grammar/index.ts';
import { type BuildArgument, type StageState, withConfig, withVariable } from '../state.ts';
import { type Dispatch, expanded, type Step } from '../step.ts';
import { configured } from './config.ts';

/** ENV: all values are expanded with the variables as they were before the instruction. */
export const dispatchEnv: Dispatch<Env> = (step) => {
  const pairs = step.instruction.pairs.map(({ key, value, keyRange, valueRange }) => ({
    name: expanded(step, key, keyRange),
    value: expanded(step, value, valueRange),
  }));
  const state = pairs.reduce(
    (before, { name, value }) =>
      withConfig(withVariable(before, name, value), { Env: setInList(before.config.Env ?? [], name, value) }),
    step.state,
  );
  return configured(step, state, `ENV ${pairs.map(({ name, value }) => `${name}=${value}`).join(' ')}`);
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

/** The list with `name` set: in its old place where it had one. */
export function setInList(list: readonly string[], name: string, value: string): readonly string[] {
  const index = list.findIndex((entry) => entry.split('=', 1)[0] === name);
  return index < 0 ? [...list, `${name}=${value}`] : list.with(index, `${name}=${value}`);
}

function argumentValue(step: Step, { name, value, range }: ArgDeclaration): string | undefined {
  const { options, globalArguments } = step.planning;
  if (Object.hasOwn(options.buildArgs, name)) return options.buildArgs[name];
  return value === undefined ? globalArguments.get(name) : expanded(step, value, range);
}

function declare(state: StageState, argument: BuildArgument): StageState {
  const { name, value } = argument;
  const known = { ...state, buildArguments: [...state.buildArguments, argument] };
  return value === undefined ? known : withVariable(known, name, value);
}

function written({ name, value }: BuildArgument): string {
  return value === undefined ? name : `${name}=${value}`;
}
