// FilesStoredTwice: a change of mode or owner stores the whole file again in the new layer.

import { posix } from 'node:path';
import type { Instruction } from '../../../../../grammar/index.ts';
import type { FileModel, StageFacts, Step } from '../../model.ts';
import { operands, programName } from '../../shell/options.ts';
import { commandRule } from './per-command.ts';

const flags: Readonly<Record<string, string>> = { chmod: '--chmod', chown: '--chown', chgrp: '--chown' };

/** `COPY app /app`, then `RUN chown -R app /app`. */
export const filesStoredTwice = commandRule(
  {
    name: 'FilesStoredTwice',
    description:
      'A chmod or chown of files that an earlier instruction copied stores all of them a second time',
    level: 'warning',
  },
  (command, _, step, file) => {
    const flag = flags[programName(command)];
    if (flag === undefined) return undefined;
    const [, ...paths] = operands(command.args);
    const copied = paths.map((path) => copiedBefore(step, path, file)).find((path) => path !== undefined);
    if (copied === undefined) return undefined;
    return `The files copied to "${copied}" are stored a second time: give their ${flag === '--chmod' ? 'mode' : 'owner'} with ${flag} where they are copied`;
  },
);

/** A destination of a stage and the step that copied to it first. */
interface Copied {
  readonly destination: string;
  readonly ordinal: number;
}

/** By path: what was copied there first, and by each folder above a destination what was copied below it first. */
interface CopiedPaths {
  readonly at: ReadonlyMap<string, Copied>;
  readonly below: ReadonlyMap<string, Copied>;
}

const remembered = new WeakMap<StageFacts, CopiedPaths>();

/** The destination, at `path`, above or below it, that a step before this one in its stage copied to. */
function copiedBefore(step: Step, path: string, file: FileModel): string | undefined {
  if (!path.startsWith('/')) return undefined;
  const { at, below } = copiedPaths(step.stage, file);
  const [changed = '', ...above] = withFoldersAbove(path);
  const found = [below.get(changed), ...[changed, ...above].map((folder) => at.get(folder))];
  return found.find((copied) => copied !== undefined && copied.ordinal < step.ordinal)?.destination;
}

function copiedPaths(stage: StageFacts, { stages }: FileModel): CopiedPaths {
  const known = remembered.get(stage);
  if (known) return known;
  const at = new Map<string, Copied>();
  const below = new Map<string, Copied>();
  for (const { instruction, ordinal } of stages[stage.index]?.steps ?? []) {
    const destination = destinationOf(instruction);
    if (destination === undefined) continue;
    const [path = '', ...above] = withFoldersAbove(destination);
    if (!at.has(path)) at.set(path, { destination, ordinal });
    for (const folder of above) if (!below.has(folder)) below.set(folder, { destination, ordinal });
  }
  const paths = { at, below };
  remembered.set(stage, paths);
  return paths;
}

/** A path without what is redundant in it, then the folders above it, but for the root. */
function withFoldersAbove(path: string): readonly string[] {
  const parts = posix.normalize(path).split('/').filter(Boolean).slice(0, deepest);
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`);
}

/** No path that people write has more parts. */
const deepest = 64;

function destinationOf(instruction: Instruction): string | undefined {
  if (instruction.kind !== 'copy' && instruction.kind !== 'add') return undefined;
  const { text } = instruction.destination;
  return text.startsWith('/') && text !== '/' && !text.includes('$') ? text : undefined;
}
