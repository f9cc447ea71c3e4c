// Reads a Dockerfile for the rules.

import {
  type Dockerfile,
  type Expansion,
  expandWord,
  parseDockerfile,
  type Stage,
  type StageList,
  stages,
} from '../../../grammar/index.ts';
import { globalArguments } from '../plan/global-arguments.ts';
import { planStages } from '../plan/stages.ts';
import { commentsBefore } from './comments.ts';
import { linesOf } from './lines.ts';
import type { CheckInput, FileModel, StageModel } from './model.ts';
import { neededStages, sourcesOf, targetStage } from './needed.ts';
import { readSteps } from './read-steps.ts';
import { baseImage } from './stage-image.ts';

/** Reads a file, parsed already or not, for the rules; never throws for what is wrong in it. */
export function readModel(input: CheckInput, parsed = parseDockerfile(input.text)): FileModel {
  const { ast, diagnostics } = parsed;
  const comments = commentsBefore(ast);
  const instructions = ast.instructions.map((instruction) => ({
    instruction,
    lines: linesOf(instruction),
    comments: comments.get(instruction) ?? [],
  }));
  return { input, ast, diagnostics, instructions, stages: readStages(ast, stages(ast), input) };
}

function readStages(ast: Dockerfile, list: StageList, input: CheckInput): readonly StageModel[] {
  const { escape: mark } = ast;
  const lastStage = list.stages.at(-1)?.name;
  const values = globalArguments(list.globalArgs, input, lastStage, { escape: mark }, []);
  const defaults = globalArguments(
    list.globalArgs,
    { ...input, buildArgs: {} },
    lastStage,
    { escape: mark },
    [],
  );
  const declared = list.globalArgs.flatMap(({ args }) => args.map(({ name }) => name));
  const globals = { values, names: [...new Set([...declared, ...values.keys()])] };
  const planned = planStages(list.stages, { globalArguments: values, escape: mark }, []);
  const needed = neededStages(planned, input);
  const read: StageModel[] = [];
  for (const stage of planned) {
    const { base } = stage;
    const written = list.stages[stage.index] as Stage;
    const facts = {
      index: stage.index,
      name: stage.name,
      from: stage.from,
      lines: linesOf(stage.from),
      base: expansion(written.from.image.text, values, mark),
      defaultBase: expansion(written.from.image.text, defaults, mark)?.text,
      platform: expansion(written.from.platform?.value, values, mark),
      globals,
      parent: base.kind === 'stage' ? read[base.index] : undefined,
      image: baseImage(stage, input),
      expectedPlatform: stage.platform ?? input.platform,
      needed: needed.has(stage.index),
      uses: sourcesOf(stage, planned),
    };
    read.push({ ...facts, ...readSteps(facts, stage, { ast, input, stages: planned }) });
  }
  return read;
}

function expansion(
  text: string | undefined,
  values: ReadonlyMap<string, string>,
  mark: Dockerfile['escape'],
): Expansion | undefined {
  if (!text) return undefined;
  try {
    return expandWord(text, values, { escape: mark });
  } catch {
    return undefined;
  }
}

/** The target's stage, then the stages it stands on, then those it copies from or mounts; each once. */
export function neededBy({ stages: all, input }: FileModel): readonly StageModel[] {
  const target = input.target ? targetStage(all, input.target) : all.at(-1);
  const order = new Set<StageModel>();
  const open = target ? [target] : [];
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    if (order.has(stage)) continue;
    order.add(stage);
    const sources = stage.uses.flatMap((index) => all[index] ?? []);
    open.push(...sources.toReversed());
  }
  return [...order];
}
