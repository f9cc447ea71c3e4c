// COPY and ADD: files of the context, of another tree or of the Dockerfile itself.

import {
  type Add,
  type Copy,
  type Flag,
  type Heredoc,
  heredocText,
  type Range,
} from '../../../../grammar/index.ts';
import type { VertexId } from '../../../core/index.ts';
import type { CopyVertex, InlineFile } from '../../types.ts';
import { contextVertex } from '../context.ts';
import { expandAt } from '../expansion.ts';
import { checkMode } from '../modes.ts';
import { numberStep, shownText } from '../names.ts';
import { resolveDestination, resolveParents, resolveSource } from '../paths.ts';
import { ProblemError } from '../problem.ts';
import { checkChecksum, remoteSource } from '../remote-source.ts';
import { addVertex, placeOf, type StageState, withHistory } from '../state.ts';
import { type Dispatch, expanded, type Step } from '../step.ts';

/** COPY */
export const dispatchCopy: Dispatch<Copy> = (step) => transfer(step, 'COPY', false);

/** ADD: as COPY, but local archives are unpacked, and URLs and Git repositories fetched. */
export const dispatchAdd: Dispatch<Add> = (step) => transfer(step, 'ADD', step.instruction.unpack ?? true);

function transfer(step: Step<Copy | Add>, instruction: 'COPY' | 'ADD', unpack: boolean): StageState {
  const parts = partsOf(step);
  const { state, planning, triggered } = step;
  const named = numberStep(state, shownText(step), triggered);
  const sources = originsOf(step, parts, named.name, unpack);
  const place = placeOf(planning, state, step.instruction.range);
  const linked = isLinked(step, parts);
  const copy = addVertex(planning, {
    kind: 'copy',
    name: named.name,
    ...place,
    instruction,
    input: linked ? undefined : state.vertex,
    ...sources,
    files: parts.files,
    destination: resolveDestination(state.config.WorkingDir, parts.destination),
    chown: parts.chown,
    chmod: parts.chmod,
    ...(parts.excludes.length > 0 && { excludes: parts.excludes }),
    ...(isWithParents(step) && { parents: true }),
  });
  const merge = {
    kind: 'merge',
    name: `LINK ${named.name}`,
    ...place,
    input: state.vertex,
    layer: copy,
  } as const;
  const vertex = linked ? addVertex(planning, merge) : copy;
  return withHistory({ ...named.state, vertex }, historyLine(step, instruction, parts), copy);
}

/** Whether the copy is made onto nothing. As BuildKit has it, `--chmod` lets it be made onto what is there all the same. */
function isLinked({ instruction: { link, chown: flag }, state }: Step<Copy | Add>, parts: Parts): boolean {
  if (!link || parts.chmod !== undefined || state.vertex === undefined) return false;
  const { chown } = parts;
  if (chown === undefined || !flag || /^\d*(:\d*)?$/.test(chown)) return true;
  throw new ProblemError({
    code: 'OWNER_INVALID',
    message: `"--chown=${chown}" cannot be looked up: a copy with --link does not see the image's /etc/passwd and /etc/group`,
    hint: 'Give the owner by numbers, or leave --link out.',
    range: flag.range,
  });
}

function isWithParents({ instruction }: Step<Copy | Add>): boolean {
  return instruction.kind === 'copy' && instruction.parents;
}

interface Parts {
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  readonly sources: readonly string[];
  /** Where each source stands. */
  readonly ranges: readonly Range[];
  readonly files: readonly InlineFile[];
  readonly destination: string;
  readonly excludes: readonly string[];
}

function partsOf(step: Step<Copy | Add>): Parts {
  const { chown, chmod, sources, heredocs, destination, excludes } = step.instruction;
  const marks = new Set(heredocs.map((heredoc) => heredoc.range.start.offset));
  const paths = sources.filter((word) => !marks.has(word.range.start.offset));
  return {
    chown: flagText(step, chown),
    chmod: chmod && checkMode(flagText(step, chmod), chmod.range),
    sources: paths.map((word) => expanded(step, word.text, word.range)),
    ranges: paths.map((word) => word.range),
    files: heredocs.map((heredoc) => inlineFile(step, heredoc)),
    destination: expanded(step, destination.text, destination.range),
    excludes: excludes.map(({ value = '' }) => value),
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
  const resolve = isWithParents(step) ? resolveParents : resolveSource;
  return {
    from: fetched.length === parts.sources.length ? undefined : originOf(step),
    sources: parts.sources.map((text, at) => remote[at]?.path ?? resolve(text)),
    unpack,
    ...(fetched.length > 0 ? { fetched } : {}),
  };
}

function originOf(step: Step): VertexId | undefined {
  return step.from ? step.from.vertex : contextVertex(step.planning);
}

function historyLine(step: Step<Copy | Add>, instruction: string, parts: Parts): string {
  const parents = isWithParents(step) ? ['--parents'] : [];
  const chown = parts.chown === undefined ? [] : [`--chown=${parts.chown}`];
  const chmod = parts.chmod === undefined ? [] : [`--chmod=${parts.chmod}`];
  const files = parts.files.map((file) => `<<${file.name}`);
  const flags = [...parents, ...chown, ...chmod];
  return [instruction, ...flags, ...parts.sources, ...files, parts.destination, '# buildkit'].join(' ');
}
