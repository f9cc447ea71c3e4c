// The flags that say what becomes of a build's result: `--output`, `--load`, `--push`, `--annotation` and their like.

import type { Command } from 'commander';
import { type BuildRequest, imageOutput, type OutputRequest } from '../../../build/index.ts';
import { CaissonError } from '../../../core/index.ts';
import { collect } from '../collect.ts';
import { parseAnnotations } from './output-annotations.ts';
import { parseOutput } from './output-parse.ts';

/** The parsed flags. */
export interface OutputFlags {
  readonly output?: readonly string[];
  readonly load?: boolean;
  readonly push?: boolean;
  readonly annotation?: readonly string[];
  readonly squash?: boolean;
  readonly metadataFile?: string;
  readonly iidfile?: string;
}

/** Adds the flags to `command`. */
export function addOutputOptions(command: Command): Command {
  return command
    .option(
      '-o, --output <destination>',
      'Where the result goes: type=TYPE,KEY=VALUE,…, a folder, or -',
      collect,
    )
    .option('--load', 'Put the image into the store (shorthand for --output=type=docker)')
    .option('--push', 'Push the image to its registry (shorthand for --output=type=registry)')
    .option('--annotation <[level:]key=value>', 'Add an annotation to the image', collect)
    .option('--squash', 'Make one layer of all that the build adds')
    .option('--metadata-file <file>', 'Write what was made to a file, as JSON')
    .option('--iidfile <file>', 'Write the image id to a file');
}

/** The flags' part of a build request. Throws `OUTPUT_INVALID`, `ANNOTATION_INVALID`, `COMPRESSION_INVALID`. */
export function outputRequest(flags: OutputFlags): Pick<BuildRequest, 'outputs' | 'annotations' | 'squash'> {
  const given = (flags.output ?? []).filter((text) => text !== '').map((text) => parseOutput(text));
  const outputs = withPush(withLoad(given, flags), flags);
  checkTogether(outputs, flags);
  return {
    outputs,
    annotations: parseAnnotations(flags.annotation ?? []),
    ...(flags.squash === undefined ? {} : { squash: flags.squash }),
  };
}

/** Whether an output goes to standard output, where nothing else may be printed then. */
export function usesStdout(outputs: readonly OutputRequest[]): boolean {
  return outputs.some((output) => 'destination' in output && output.destination === '-');
}

function withLoad(outputs: readonly OutputRequest[], { load }: OutputFlags): readonly OutputRequest[] {
  return !load || outputs.some(({ kind }) => kind === 'image') ? outputs : [...outputs, imageOutput({})];
}

/** As buildx: images asked for are pushed; without one, there is one. */
function withPush(outputs: readonly OutputRequest[], { push }: OutputFlags): readonly OutputRequest[] {
  if (!push) return outputs;
  if (!outputs.some(({ kind }) => kind === 'image')) return [...outputs, parseOutput('type=registry')];
  return outputs.map((output) => (output.kind === 'image' ? { ...output, push: true } : output));
}

function checkTogether(outputs: readonly OutputRequest[], { iidfile }: OutputFlags): void {
  const streams = outputs.filter((output) => usesStdout([output]));
  if (streams.length > 1)
    throw new CaissonError('OUTPUT_INVALID', 'Two outputs go to standard output', {
      hint: 'Give one of them a file with dest=.',
    });
  if (iidfile === undefined || !outputs.some(({ kind }) => kind === 'local' || kind === 'tar')) return;
  throw new CaissonError('OUTPUT_INVALID', 'local and tar exporters are incompatible with image ID file', {
    hint: 'Leave --iidfile out, or ask for an image.',
  });
}
