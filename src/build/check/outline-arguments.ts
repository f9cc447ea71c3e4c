// The build arguments that a stage takes.

import { expandWord } from '../../../grammar/index.ts';
import { describedAs } from './description.ts';
import type { FileModel, Lines, StageModel, WrittenInstruction } from './model.ts';

/** A build argument and what it comes to. */
export interface OutlineArgument {
  readonly name: string;
  readonly description: string | undefined;
  readonly value: string;
  readonly lines: Lines;
}

/** A global argument, and the ones its default is made of. */
interface GlobalArgument extends OutlineArgument {
  readonly uses: ReadonlySet<string>;
}

/** The arguments before the first FROM, by name. */
export function globalArguments(file: FileModel): ReadonlyMap<string, GlobalArgument> {
  const found = new Map<string, GlobalArgument>();
  const values = new Map(file.stages[0]?.globals.values ?? []);
  for (const written of file.instructions) {
    if (written.instruction.kind === 'from') break;
    if (written.instruction.kind !== 'arg') continue;
    for (const { name, value } of written.instruction.args) {
      const given = Object.hasOwn(file.input.buildArgs, name);
      const uses = given || value === undefined ? new Set<string>() : usedBy(value, values, file);
      found.set(name, { ...described(name, values.get(name), written), uses });
    }
  }
  return found;
}

/** The arguments that a stage declares or its FROM uses, and those these are made of. */
export function stageArguments(
  stage: StageModel,
  globals: ReadonlyMap<string, GlobalArgument>,
  file: FileModel,
): readonly OutlineArgument[] {
  const own = ownArguments(stage, file);
  const declared = stage.steps.flatMap(({ instruction }) =>
    instruction.kind === 'arg' ? instruction.args.map(({ name }) => name) : [],
  );
  const names = withUsed(
    [...(stage.base?.used ?? []), ...(stage.platform?.used ?? []), ...declared],
    globals,
  );
  return [...names].flatMap((name) => own.get(name) ?? globals.get(name) ?? []);
}

/** Those that are not just a global argument taken over. */
function ownArguments(stage: StageModel, file: FileModel): ReadonlyMap<string, OutlineArgument> {
  const written = new Map(file.instructions.map((one) => [one.instruction, one] as const));
  const own = new Map<string, OutlineArgument>();
  for (const [index, { instruction, lines }] of stage.steps.entries()) {
    if (instruction.kind !== 'arg') continue;
    const next = stage.steps[index + 1] ?? stage.end;
    const comments = written.get(instruction)?.comments ?? [];
    for (const { name, value } of instruction.args) {
      const given = Object.hasOwn(file.input.buildArgs, name);
      if (!given && value === undefined && stage.globals.values.has(name)) continue;
      // An argument without a value has none, whatever ENV says.
      const result = given || value !== undefined ? next.environment.get(name) : undefined;
      own.set(name, described(name, result, { lines, comments }));
    }
  }
  return own;
}

function withUsed(
  names: readonly string[],
  globals: ReadonlyMap<string, GlobalArgument>,
): ReadonlySet<string> {
  const all = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (all.has(name)) continue;
    all.add(name);
    open.push(...(globals.get(name)?.uses ?? []));
  }
  return all;
}

function usedBy(text: string, values: ReadonlyMap<string, string>, { ast }: FileModel): ReadonlySet<string> {
  try {
    return expandWord(text, values, { escape: ast.escape }).used;
  } catch {
    return new Set();
  }
}

function described(
  name: string,
  value: string | undefined,
  { lines, comments }: Pick<WrittenInstruction, 'lines' | 'comments'>,
): OutlineArgument {
  return { name, description: describedAs(name, comments), value: value ?? '', lines };
}
