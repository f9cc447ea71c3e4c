// CMD, ENTRYPOINT and SHELL: what a container runs.

import type { Cmd, Command, Entrypoint, Shell } from '../../../../grammar/index.ts';
import { plainList, quoteList } from '../go-text.ts';
import { type StageState, withConfig } from '../state.ts';
import type { Dispatch } from '../step.ts';
import { configured } from './config.ts';

/** CMD; `ArgsEscaped` is there because Docker always writes it. */
export const dispatchCmd: Dispatch<Cmd> = (step) => {
  const args = commandArgs(step.state, step.instruction.command);
  const state = withConfig({ ...step.state, commandSet: true }, { Cmd: args, ArgsEscaped: true });
  return configured(step, state, `CMD ${quoteList(args)}`);
};

/** ENTRYPOINT: takes the base's CMD away, as that was meant for the base's ENTRYPOINT. */
export const dispatchEntrypoint: Dispatch<Entrypoint> = (step) => {
  const args = commandArgs(step.state, step.instruction.command);
  const cmd = step.state.commandSet ? {} : { Cmd: [] };
  const state = withConfig(step.state, { Entrypoint: args, ...cmd });
  return configured(step, state, `ENTRYPOINT ${quoteList(args)}`);
};

/** SHELL: the shell of the shell forms that follow. */
export const dispatchShell: Dispatch<Shell> = (step) => {
  const shell = step.instruction.args.map((word) => word.text);
  return configured(step, withConfig(step.state, { Shell: shell }), `SHELL ${plainList(shell)}`);
};

/** The arguments of a command: a shell form is one argument to the stage's shell. */
function commandArgs(state: StageState, command: Command): readonly string[] {
  return command.form === 'exec' ? command.args.map((word) => word.text) : shellArgs(state, command.text);
}

/** A text as the last argument to the stage's shell. */
export function shellArgs(state: StageState, text: string): readonly string[] {
  const { Shell: shell = [] } = state.config;
  return [...(shell.length === 0 ? ['/bin/sh', '-c'] : shell), text];
}
