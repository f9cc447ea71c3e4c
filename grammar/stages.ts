// Groups a file's instructions into its global arguments and its stages.

import type { Arg, Dockerfile, From, Instruction } from './ast.ts';

/** One FROM with the instructions after it; `name` is the alias in lower case, as stages are looked up. */
export interface Stage {
  readonly index: number;
  readonly name?: string;
  readonly from: From;
  readonly instructions: readonly Instruction[];
}

/** The ARGs before the first FROM, and the stages. */
export interface StageList {
  readonly globalArgs: readonly Arg[];
  readonly stages: readonly Stage[];
}

/** The stages of a file; instructions before the first FROM other than ARG are left out (they have a diagnostic). */
export function stages(ast: Dockerfile): StageList {
  const globalArgs: Arg[] = [];
  const list: (Stage & { readonly instructions: Instruction[] })[] = [];
  for (const instruction of ast.instructions) {
    const current = list.at(-1);
    if (instruction.kind === 'from') list.push(stage(list.length, instruction));
    else if (current) current.instructions.push(instruction);
    else if (instruction.kind === 'arg') globalArgs.push(instruction);
  }
  return { globalArgs, stages: list };
}

function stage(index: number, from: From): Stage & { readonly instructions: Instruction[] } {
  const name = from.alias && { name: from.alias.text.toLowerCase() };
  return { index, ...name, from, instructions: [] };
}
