// The secrets and SSH agents that a stage mounts.

import { posix } from 'node:path';
import { expandWord, type OptionsFlag } from '../../../grammar/index.ts';
import { parseGoBoolean } from '../../core/index.ts';
import type { FileModel, Lines, StageModel, Step } from './model.ts';

/** A secret or an SSH agent that a RUN mounts. */
export interface OutlineMount {
  readonly name: string;
  readonly required: boolean;
  readonly lines: Lines;
}

/** The mounts of one kind in a stage. */
export function stageMounts(
  { steps }: StageModel,
  kind: 'secret' | 'ssh',
  file: FileModel,
): readonly OutlineMount[] {
  return steps.flatMap((step) => {
    if (step.instruction.kind !== 'run') return [];
    return step.instruction.mounts.flatMap((mount) => {
      const options = expandedOptions(mount, step, file);
      if (options.get('type') !== kind) return [];
      const name = kind === 'secret' ? secretName(options) : options.get('id') || 'default';
      const required = parseGoBoolean(options.get('required') ?? '') ?? false;
      return { name, required, lines: step.lines };
    });
  });
}

type Options = ReadonlyMap<string, string>;

/** The values by their first names; an option without a value is true. */
function expandedOptions({ options }: OptionsFlag, { environment }: Step, { ast }: FileModel): Options {
  return new Map(
    options.map(({ key, value = 'true' }) => {
      try {
        return [aliases[key] ?? key, expandWord(value, environment, { escape: ast.escape }).text] as const;
      } catch {
        return [key, value] as const;
      }
    }),
  );
}

const aliases: Readonly<Record<string, string>> = { src: 'source', dst: 'target', destination: 'target' };

function secretName(options: Options): string {
  return options.get('source') || options.get('id') || posix.basename(options.get('target') ?? '');
}
