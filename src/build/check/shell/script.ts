// What a RUN gives to its shell, as text whose lines and columns are those of the Dockerfile.

import { type Heredoc, type Instruction, type Run, runScript } from '../../../../grammar/index.ts';
import type { FileModel, Step } from '../model.ts';

/** A shell script in the Dockerfile. */
export interface Script {
  /** Its first line is the Dockerfile's line `line`, each later one the next; columns are the same. */
  readonly text: string;
  readonly line: number;
  /** The program that runs it; undefined: the stage's shell. */
  readonly interpreter: string | undefined;
}

/** The RUN of a step that stands in this file, of an ONBUILD, too; triggers are looked at where they are written. */
export function runOf({ instruction, triggered }: Step): Run | undefined {
  const run = instruction.kind === 'onbuild' ? instruction.trigger : instruction;
  return !triggered && run.kind === 'run' ? run : undefined;
}

/** The script of a step; undefined where it has none: no RUN, or one in the exec form. */
export function scriptOf(step: Step, file: FileModel): Script | undefined {
  const run = runOf(step);
  if (run?.command.form !== 'shell') return undefined;
  const [heredoc] = run.heredocs;
  const script = runScript(run);
  const alone = heredoc !== undefined && !writtenCommand(run, heredoc);
  if (alone) return heredocScript(heredoc, script.kind === 'script');
  return commandScript(run, step.instruction, file);
}

/** Whether anything but the marker of the heredoc stands on the line. */
function writtenCommand({ command }: Run, { range }: Heredoc): boolean {
  return command.range.start.offset !== range.start.offset || command.range.end.offset !== range.end.offset;
}

function heredocScript({ content, contentRange }: Heredoc, hasShebang: boolean): Script {
  const first = hasShebang ? /^#!\s*(\S+)(?:\s+(\S+))?/.exec(content) : null;
  const program = first?.[1]?.endsWith('/env') ? first[2] : first?.[1];
  return { text: content, line: contentRange.start.line, interpreter: program };
}

function commandScript(
  { command, heredocs }: Run,
  instruction: Instruction,
  { input, ast }: FileModel,
): Script {
  const { start, end } = command.range;
  const indent = ' '.repeat(start.column - 1);
  const lines = joined(input.text.slice(start.offset, end.offset), ast.escape);
  const bodies = heredocs.length === 0 ? '' : bodiesAfter(input.text, end.offset, instruction);
  return { text: `${indent}${lines}${bodies}`, line: start.line, interpreter: undefined };
}

/** Continued lines in the shell's own way: comments and blank lines between them, which Docker takes out, continue, too. */
function joined(text: string, mark: '\\' | '`'): string {
  const lines = text.split('\n');
  const last = lines.length - 1;
  const continuation = mark === '\\' ? /\\[ \t\r]*$/ : /`[ \t\r]*$/;
  return lines
    .map((line, index) => {
      if (index === last) return line;
      if (index > 0 && /^\s*(?:#|$)/.test(line)) return '\\';
      return line.replace(continuation, '\\');
    })
    .join('\n');
}

function bodiesAfter(text: string, offset: number, { range, raw }: Instruction): string {
  const feed = text.indexOf('\n', offset);
  const leading = raw.length - raw.trimStart().length;
  return feed < 0 ? '' : text.slice(feed, range.start.offset - leading + raw.length);
}
