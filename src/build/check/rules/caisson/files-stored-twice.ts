// FilesStoredTwice: a change of mode or owner stores the whole file again in the new layer.

import { posix } from 'node:path';
import type { Instruction } from '../../../../../grammar/index.ts';
import type { Step } from '../../model.ts';
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
  (command, _, step) => {
    const flag = flags[programName(command)];
    if (flag === undefined) return undefined;
    const [, ...paths] = operands(command.args);
    const copied = copiesBefore(step).find((destination) =>
      paths.some((path) => overlaps(path, destination)),
    );
    if (copied === undefined) return undefined;
    return `The files copied to "${copied}" are stored a second time: give their ${flag === '--chmod' ? 'mode' : 'owner'} with ${flag} where they are copied`;
  },
);

/** The absolute destinations of the copies before a step, in its stage. */
function copiesBefore(step: Step): readonly string[] {
  const found: string[] = [];
  for (let before = step.previous; before; before = before.previous) {
    const destination = destinationOf(before.instruction);
    if (destination !== undefined) found.push(destination);
  }
  return found;
}

function destinationOf(instruction: Instruction): string | undefined {
  if (instruction.kind !== 'copy' && instruction.kind !== 'add') return undefined;
  const { text } = instruction.destination;
  return text.startsWith('/') && text !== '/' && !text.includes('$') ? text : undefined;
}

function overlaps(path: string, destination: string): boolean {
  const [changed, copied] = [path, destination].map((one) => posix.normalize(one).replace(/\/$/, ''));
  if (changed === undefined || copied === undefined || !changed.startsWith('/')) return false;
  return changed === copied || copied.startsWith(`${changed}/`) || changed.startsWith(`${copied}/`);
}
