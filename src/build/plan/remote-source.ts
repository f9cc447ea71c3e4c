// Sources of ADD that are fetched: URLs and Git repositories.

import type { Add, Flag, Range } from '../../../grammar/index.ts';
import { isCaissonError, type VertexId } from '../../core/index.ts';
import { isDigest } from '../../oci/index.ts';
import { type GitReference, parseGitReference } from '../ops/git/index.ts';
import { fileNameOf } from '../ops/http/index.ts';
import { ProblemError } from './problem.ts';
import { addVertex, placeOf } from './state.ts';
import { expanded, type Step } from './step.ts';

/** A fetched source: the tree it comes in, the path in it, and whether it is unpacked. */
export interface RemoteSource {
  readonly from: VertexId;
  /** Relative to the tree's root; a pattern that matches itself alone. */
  readonly path: string;
  readonly unpack: boolean;
}

/** Reads a source of COPY or ADD as a remote one and plans its fetching; undefined for a path. `name` is the step's. Throws `ProblemError`. */
export function remoteSource(
  step: Step,
  add: Add | undefined,
  text: string,
  { range, name }: { readonly range: Range; readonly name: string },
): RemoteSource | undefined {
  const git = gitSource(text, range);
  if (git === undefined && !/^https?:\/\//.test(text)) return undefined;
  if (add === undefined) throw notForCopy(text, git !== undefined, range);
  const checksum = add.checksum && expanded(step, add.checksum.value ?? '', add.checksum.range);
  const place = placeOf(step.planning, step.state, step.instruction.range);
  const shown = { name, ...place, slot: `${place.slot}|${text}` };
  const plan = git === undefined ? planHttp : planGit;
  return plan({ step, add, text, git, range, checksum: checksum || undefined, shown });
}

/** Refuses `--checksum` where nothing is fetched that it could be of. */
export function checkChecksum(
  { checksum, sources }: Add,
  remote: readonly (RemoteSource | undefined)[],
): void {
  if (checksum === undefined) return;
  const { range } = checksum;
  const fail = (message: string, hint: string): never => {
    throw new ProblemError({ code: 'CHECKSUM_INVALID', message, hint, range });
  };
  if (sources.length !== 1)
    fail("checksum can't be specified for multiple sources", 'Write one ADD for each source.');
  if (remote[0] === undefined)
    fail('checksum requires HTTP(S) or Git sources', 'Files of the context need none: leave --checksum out.');
}

interface Asked {
  readonly step: Step;
  readonly add: Add;
  readonly text: string;
  readonly git: GitReference | undefined;
  readonly range: Range;
  readonly checksum: string | undefined;
  readonly shown: ReturnType<typeof placeOf> & { readonly name: string };
}

function planHttp({ step, add, text, range, checksum, shown }: Asked): RemoteSource {
  if (!URL.canParse(text))
    throw new ProblemError({ code: 'SOURCE_INVALID', message: `"${text}" is no URL`, range });
  if (checksum !== undefined && !isDigest(checksum)) throw invalidChecksum(checksum, add.checksum ?? add);
  const fileName = fileNameOf(text);
  const from = addVertex(step.planning, { kind: 'http', ...shown, url: text, fileName, checksum });
  return { from, path: literalPattern(fileName), unpack: add.unpack ?? false };
}

function planGit({ step, add, git, checksum, shown, range }: Asked): RemoteSource {
  if (git === undefined) throw new Error('There is no Git URL');
  const flag = add.flags.find(({ name }) => name === 'keep-git-dir');
  if (flag !== undefined && git.keepGitDir !== undefined && git.keepGitDir !== add.keepGitDir)
    throw new ProblemError({
      code: 'SOURCE_INVALID',
      message: 'inconsistent keep-git-dir configuration',
      hint: 'Say it in the URL or as a flag.',
      range,
    });
  if (checksum !== undefined && git.checksum !== undefined && checksum !== git.checksum)
    throw new ProblemError({
      code: 'CHECKSUM_INVALID',
      message: `checksum mismatch ${JSON.stringify(checksum)} != ${JSON.stringify(git.checksum)}`,
      hint: 'Say it in the URL or as a flag.',
      range,
    });
  const source = {
    ...git,
    checksum: checksum ?? git.checksum,
    keepGitDir: git.keepGitDir ?? add.keepGitDir,
  };
  const from = addVertex(step.planning, { kind: 'git', ...shown, ...source });
  return { from, path: '.', unpack: false };
}

function gitSource(text: string, range: Range): GitReference | undefined {
  try {
    return parseGitReference(text);
  } catch (error) {
    if (!isCaissonError(error, 'GIT_URL_INVALID')) throw error;
    const { message, hint = '' } = error;
    throw new ProblemError({ code: 'SOURCE_INVALID', message, hint, range, cause: error });
  }
}

function notForCopy(text: string, isGit: boolean, range: Range): ProblemError {
  const message = isGit ? "source can't be a git ref for COPY" : "source can't be a URL for COPY";
  return new ProblemError({
    code: 'SOURCE_INVALID',
    message: `${message}: ${text}`,
    hint: 'Use ADD to fetch it.',
    range,
  });
}

function invalidChecksum(checksum: string, { range }: Pick<Flag, 'range'>): ProblemError {
  const [algorithm = '', hex = ''] = checksum.split(':');
  const message =
    algorithm !== 'sha256'
      ? `unsupported digest algorithm in ${JSON.stringify(checksum)}`
      : hex.length === 64
        ? 'invalid checksum digest format'
        : 'invalid checksum digest length';
  const hint = 'Give sha256: and 64 hexadecimal digits, as `sha256sum` prints them.';
  return new ProblemError({ code: 'CHECKSUM_INVALID', message, hint, range });
}

/** A file's name may look like a pattern; it names that file all the same. */
function literalPattern(name: string): string {
  return name.replaceAll('\\', '\\\\').replaceAll(/[*?[]/g, '[$&]');
}
