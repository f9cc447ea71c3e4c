// The commands that a step runs, each with its line and column in the Dockerfile.

import type { FileModel, Lines, Step } from '../model.ts';
import { type ShellCommand, shellCommands } from './commands.ts';
import { runOf, scriptOf } from './script.ts';

/** A command of a RUN and its place. */
export interface RunCommand extends ShellCommand {
  readonly lines: Lines;
  readonly column?: number;
}

const remembered = new WeakMap<Step, readonly RunCommand[]>();

/** The commands of a RUN in order; none where the step is no RUN, or its shell is not of the Bourne kind. */
export function runCommands(step: Step, file: FileModel): readonly RunCommand[] {
  const known = remembered.get(step);
  if (known) return known;
  const commands = readCommands(step, file);
  remembered.set(step, commands);
  return commands;
}

function readCommands(step: Step, file: FileModel): readonly RunCommand[] {
  const script = scriptOf(step, file);
  if (script === undefined) return execCommand(step);
  const program = script.interpreter ?? step.shell[0] ?? 'sh';
  if (!/(?:^|\/)(?:ba|da|a|k|z)?sh$/.test(program)) return [];
  const place = placer(script.text, script.line);
  return shellCommands(script.text).map((command) => ({ ...command, ...place(command.offset) }));
}

/** Places of offsets that come in rising order. */
function placer(text: string, first: number): (offset: number) => Pick<RunCommand, 'lines' | 'column'> {
  let line = first;
  let start = 0;
  return (offset) => {
    for (let feed = text.indexOf('\n', start); feed >= 0 && feed < offset; feed = text.indexOf('\n', start)) {
      start = feed + 1;
      line += 1;
    }
    return { lines: { start: line, end: line }, column: offset - start + 1 };
  };
}

function execCommand(step: Step): readonly RunCommand[] {
  const run = runOf(step);
  if (run?.command.form !== 'exec') return [];
  const [name, ...args] = run.command.args.map(({ text }) => text);
  return name === undefined ? [] : [{ name, args, offset: 0, after: '', lines: step.lines }];
}
