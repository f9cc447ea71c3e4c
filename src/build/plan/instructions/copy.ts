// COPY and ADD: files of the context, of another tree or of the Dockerfile itself.

import {
  type Add,
  type Copy,
  type Flag,
  type Heredoc,
  heredocText,
  type Transfer,
} from '../../../../grammar/index.ts';
import type { VertexId } from '../../../core/index.ts';
import type { InlineFile } from '../../types.ts';
import { contextVertex } from '../context.ts';
import { expandAt } from '../expansion.ts';
import { checkMode } from '../modes.ts';
import { numberStep, shownText } from '../names.ts';
import { resolveDestination, resolveSource } from '../paths.ts';
import { ProblemError } from '../problem.ts';
import { addVertex, placeOf, type StageState, withHistory } from '../state.ts';
import { type Dispatch, expanded, type Step } from '../step.ts';
import { refuse } from '../unsupported.ts';

/** COPY */
export const dispatchCopy: Dispatch<Copy> = (step) => {
  if (step.instruction.parents) refuse('COPY --parents', flagNamed(step.instruction, 'parents'));
  return transfer(step, 'COPY', false);
};

/** ADD: as COPY, but local archives are unpacked. */
export const dispatchAdd: Dispatch<Add> = (step) => {
  const { instruction } = step;
  if (instruction.checksum) refuse('ADD --checksum', instruction.checksum);
  if (instruction.keepGitDir) refuse('ADD --keep-git-dir', flagNamed(instruction, 'keep-git-dir'));
  return transfer(step, 'ADD', instruction.unpack ?? true);
};

/** `--link` asks for a layer that does not depend on those below it; the files are the same without. */
function transfer(step: Step<Copy | Add>, instruction: 'COPY' | 'ADD', unpack: boolean): StageState {
  const parts = partsOf(step, instruction);
  const { state, planning, triggered } = step;
  const named = numberStep(state, shownText(step), triggered);
  const vertex = addVertex(planning, {
    kind: 'copy',
    name: named.name,
    ...placeOf(planning, state, step.instruction.range),
    instruction,
    input: state.vertex,
    from: parts.sources.length === 0 ? undefined : originOf(step),
    sources: parts.sources.map(resolveSource),
    files: parts.files,
    destination: resolveDestination(state.config.WorkingDir, parts.destination),
    chown: parts.chown,
    chmod: parts.chmod,
    unpack,
  });
  return withHistory({ ...named.state, vertex }, historyLine(instruction, parts), vertex);
}

interface Parts {
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  readonly sources: readonly string[];
  readonly files: readonly InlineFile[];
  readonly destination: string;
}

function partsOf(step: Step<Copy | Add>, instruction: 'COPY' | 'ADD'): Parts {
  const { chown, chmod, sources, heredocs, destination, excludes } = step.instruction;
  const [exclude] = excludes;
  if (exclude) refuse(`${instruction} --exclude`, exclude);
  const marks = new Set(heredocs.map((heredoc) => heredoc.range.start.offset));
  const paths = sources.filter((word) => !marks.has(word.range.start.offset));
  return {
    chown: flagText(step, chown),
    chmod: chmod && checkMode(flagText(step, chmod), chmod.range),
    sources: paths.map((word) => checkSource(expanded(step, word.text, word.range), instruction, word)),
    files: heredocs.map((heredoc) => inlineFile(step, heredoc)),
    destination: expanded(step, destination.text, destination.range),
  };
}

/** An empty flag is as none. */
function flagText(step: Step, flag: Flag | undefined): string | undefined {
  return (flag && expanded(step, flag.value ?? '', flag.range)) || undefined;
}

/** Variables of a heredoc are expanded unless its delimiter is quoted; quotes in it are plain characters. */
function inlineFile(step: Step, heredoc: Heredoc): InlineFile {
  const text = heredocText(heredoc);
  const options = { escape: '\\', skipProcessQuotes: true } as const;
  const content = heredoc.expand ? expandAt(text, step.state.environment, heredoc.range, options) : text;
  return { name: heredoc.name, content };
}

const remote = /^(https?|git|ssh):\/\/|^git@|^github\.com\//;

function checkSource(source: string, instruction: 'COPY' | 'ADD', { range }: Pick<Flag, 'range'>): string {
  if (!remote.test(source)) return source;
  if (instruction === 'ADD') return refuse('ADD of a remote URL', { range });
  const message = `source can't be a URL for COPY: ${source}`;
  throw new ProblemError({ code: 'SOURCE_INVALID', message, hint: 'Use ADD to fetch it.', range });
}

function originOf(step: Step): VertexId | undefined {
  return step.from ? step.from.vertex : contextVertex(step.planning);
}

function historyLine(instruction: string, parts: Parts): string {
  const chown = parts.chown === undefined ? [] : [`--chown=${parts.chown}`];
  const chmod = parts.chmod === undefined ? [] : [`--chmod=${parts.chmod}`];
  const files = parts.files.map((file) => `<<${file.name}`);
  return [instruction, ...chown, ...chmod, ...parts.sources, ...files, parts.destination, '# buildkit'].join(
    ' ',
  );
}

function flagNamed(instruction: Transfer, name: string): Pick<Flag, 'range'> {
  return instruction.flags.find((flag) => flag.name === name) ?? instruction;
}
