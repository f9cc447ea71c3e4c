// COPY and ADD: files of the context, of another tree or of the Dockerfile itself.

import {
  type Add,
  type Copy,
  type Flag,
  type Heredoc,
  heredocText,
  type Range,
  type Transfer,
} from '../../../../grammar/index.ts';
import type { VertexId } from '../../../core/index.ts';
import type { CopyVertex, InlineFile } from '../../types.ts';
import { contextVertex } from '../context.ts';
import { expandAt } from '../expansion.ts';
import { checkMode } from '../modes.ts';
import { numberStep, shownText } from '../names.ts';
import { resolveDestination, resolveSource } from '../paths.ts';
import { checkChecksum, remoteSource } from '../remote-source.ts';
import { addVertex, placeOf, type StageState, withHistory } from '../state.ts';
import { type Dispatch, expanded, type Step } from '../step.ts';
import { refuse } from '../unsupported.ts';

/** COPY */
export const dispatchCopy: Dispatch<Copy> = (step) => {
  if (step.instruction.parents) refuse('COPY --parents', flagNamed(step.instruction, 'parents'));
  return transfer(step, 'COPY', false);
};

/** ADD: as COPY, but local archives are unpacked, and URLs and Git repositories fetched. */
export const dispatchAdd: Dispatch<Add> = (step) => transfer(step, 'ADD', step.instruction.unpack ?? true);

/** `--link` asks for a layer that does not depend on those below it; the files are the same without. */
function transfer(step: Step<Copy | Add>, instruction: 'COPY' | 'ADD', unpack: boolean): StageState {
  const parts = partsOf(step, instruction);
  const { state, planning, triggered } = step;
  const named = numberStep(state, shownText(step), triggered);
  const sources = originsOf(step, parts, named.name, unpack);
  const vertex = addVertex(planning, {
    kind: 'copy',
    name: named.name,
    ...placeOf(planning, state, step.instruction.range),
    instruction,
    input: state.vertex,
    ...sources,
    files: parts.files,
    destination: resolveDestination(state.config.WorkingDir, parts.destination),
    chown: parts.chown,
    chmod: parts.chmod,
  });
  return withHistory({ ...named.state, vertex }, historyLine(instruction, parts), vertex);
}

interface Parts {
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  readonly sources: readonly string[];
  /** Where each source stands. */
  readonly ranges: readonly Range[];
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
    sources: paths.map((word) => expanded(step, word.text, word.range)),
    ranges: paths.map((word) => word.range),
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

type Origins = Pick<CopyVertex, 'from' | 'sources' | 'fetched' | 'unpack'>;

/** Where the sources come from: a lone fetched one from its own tree, else all from the context or `--from`, but for those fetched. */
function originsOf(step: Step<Copy | Add>, parts: Parts, name: string, unpack: boolean): Origins {
  const add = step.instruction.kind === 'add' ? step.instruction : undefined;
  const remote = parts.sources.map((text, at) =>
    remoteSource(step, add, text, { range: parts.ranges[at] ?? step.instruction.range, name }),
  );
  if (add) checkChecksum(add, remote);
  const [first] = remote;
  if (first && remote.length === 1) return { from: first.from, sources: [first.path], unpack: first.unpack };
  const fetched = remote.flatMap((source, place) =>
    source ? [{ place, from: source.from, unpack: source.unpack }] : [],
  );
  return {
    from: fetched.length === parts.sources.length ? undefined : originOf(step),
    sources: parts.sources.map((text, at) => remote[at]?.path ?? resolveSource(text)),
    unpack,
    ...(fetched.length > 0 ? { fetched } : {}),
  };
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
